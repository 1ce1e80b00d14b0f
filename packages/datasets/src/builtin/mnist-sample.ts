import { fileURLToPath } from 'node:url';
import type { ArrayDataset } from '../dataset.ts';
import { DataFormatError } from '../errors.ts';
import { gunzipIfNeeded, readBytes } from '../sources/file.ts';
import { MNIST } from './mnist.ts';

export interface MnistSampleOptions {
  /** The 8,000 training images (the default) or the 2,000 test images. */
  readonly train?: boolean;
}

const IMAGES = 10_000;
const TRAIN_IMAGES = 8_000;
const PIXELS = 28 * 28;

/**
 * 10,000 real MNIST images that ship with this package, in a fixed split of 8,000 to train and 2,000 to test with the same share of each digit:
 * `x` uint8 `[n, 1, 28, 28]`, white on black, `y` `[n]`, in a mixed order.
 * @throws DataFormatError when the file in the package was damaged.
 */
export async function mnistSample({ train = true }: MnistSampleOptions = {}): Promise<ArrayDataset> {
  const path = fileURLToPath(new URL('../../data/mnist-10k.bin.gz', import.meta.url));
  const limit = IMAGES * (1 + PIXELS / 8 + PIXELS);
  const bytes = gunzipIfNeeded(await readBytes(path, limit), limit, path);
  const { labels, pixels } = unpack(bytes, path);
  const [from, to] = train ? [0, TRAIN_IMAGES] : [TRAIN_IMAGES, IMAGES];
  return {
    ...MNIST,
    name: 'MNIST sample',
    length: to - from,
    x: { dtype: 'uint8', shape: [to - from, 1, 28, 28], data: pixels.slice(from * PIXELS, to * PIXELS) },
    y: { dtype: 'int32', shape: [to - from], data: Int32Array.from(labels.subarray(from, to)) },
  };
}

/**
 * The file holds a label byte an image, one bit a pixel (1 where it is not black, highest bit first), then the bytes of those pixels:
 * four fifths of all pixels are black, and apart from them gzip packs the rest a tenth smaller than whole images.
 */
function unpack(bytes: Uint8Array, file: string): { labels: Uint8Array; pixels: Uint8Array } {
  const start = IMAGES + (IMAGES * PIXELS) / 8;
  const mask = bytes.subarray(IMAGES, start);
  const pixels = new Uint8Array(IMAGES * PIXELS);
  let at = start;
  for (let i = 0; i < mask.length; i++) {
    const byte = mask[i] as number;
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if (byte & (0x80 >> bit)) pixels[8 * i + bit] = bytes[at++] as number;
    }
  }
  if (mask.length * 8 !== pixels.length || at !== bytes.length) {
    throw new DataFormatError('the embedded MNIST sample is damaged', {
      file,
      offset: bytes.length,
      received: `${bytes.length} bytes`,
      expected: `${at} bytes`,
      fix: 'install @descent/datasets again',
    });
  }
  return { labels: bytes.subarray(0, IMAGES), pixels };
}
