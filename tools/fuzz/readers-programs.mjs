import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescentError } from '@descent/core';
import { loadImage } from '@descent/datasets';

const COMMAND = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

const CONFIG = {
  data: { dataset: 'mnist-sample' },
  model: [['rescale', 0.00392], ['flatten'], ['linear', 784, 32], ['relu'], ['linear', 32, 10]],
  optimizer: ['sgd', { lr: 0.1 }],
  epochs: 2,
  batchSize: 32,
};

async function pictures() {
  // Pictures are read with the packages' own sharp; here it makes them.
  const load = createRequire(new URL('../../packages/datasets/package.json', import.meta.url));
  const sharp = load('sharp');
  const raw = Buffer.from(Uint8Array.from({ length: 12 * 10 * 3 }, (_, i) => (i * 7) % 256));
  const image = () => sharp(raw, { raw: { width: 12, height: 10, channels: 3 } });
  const all = [
    image().png(),
    image().jpeg(),
    image().webp(),
    image().grayscale().png({ palette: true }),
    image().png({ interlace: true }),
    image().jpeg({ progressive: true }),
  ];
  const files = await Promise.all(all.map((made) => made.toBuffer()));
  return files.map((/** @type {Buffer} */ bytes) => ({ bytes: new Uint8Array(bytes) }));
}

/**
 * What the command says about a config, as an error where it refuses it.
 *
 * @param {string} file
 * @returns {Promise<string>}
 */
function summary(file) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [COMMAND, 'summary', file], { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if ((error.code === 1 || error.code === 2) && stderr.trim() !== '' && !/^\s+at .*[:(]\d+/m.test(stderr)) {
        reject(new DescentError(stderr));
      } else reject(new Error(`exit ${error.code}, signal ${error.signal}: ${stderr}`));
    });
  });
}

/** @type {readonly import('./readers.mjs').Reader[]} */
export const programReaders = [
  {
    name: 'picture',
    seeds: pictures,
    words: [
      'IHDR',
      'IDAT',
      'IEND',
      'PLTE',
      'RIFF',
      'GIF89a',
      Uint8Array.of(0xff, 0xd8, 0xff),
      Uint8Array.of(0xff, 0xc0),
      Uint8Array.of(0xff, 0xff),
    ],
    read: (bytes) => loadImage(bytes, { width: 8, height: 8 }),
  },
  {
    name: 'config',
    slow: 100,
    seeds: async () => [CONFIG].map((config) => ({ bytes: new TextEncoder().encode(JSON.stringify(config, null, 1)) })),
    words: [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      'null',
      '"loss":',
      '"metrics":',
      '"data":',
      '\ufeff',
      '"__proto__":',
      '-1',
      '1e400',
      '[["linear"]]',
    ],
    async read(bytes, folder) {
      const file = join(folder, 'fuzz.json');
      await writeFile(file, bytes);
      return summary(file);
    },
  },
];
