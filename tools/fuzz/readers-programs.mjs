import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DescentError } from '@descent/core';
import { loadImage } from '@descent/datasets';

const COMMAND = new URL('../../packages/cli/dist/program.js', import.meta.url).href;

const LAYERS = [
  ['rescale', 0.00392],
  ['conv2d', 1, 4, 3, { padding: 'same', stride: 2 }],
  ['batchNorm2d', 4],
  ['relu'],
  ['maxPool2d', 2],
  ['flatten'],
  ['dropout', 0.25],
  ['linear', 196, 10],
];

const TABLE = `a,b,y\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 3},${i / 2}\n`).join('')}`;

const CONFIGS = [
  { data: 'mnist-sample', model: LAYERS, optimizer: ['sgd', { lr: 0.1 }], epochs: 2, batchSize: 32 },
  {
    data: { csv: 'table.csv', target: 'y', task: 'regression', features: ['a', 'b'] },
    model: [['linear', 2, 8], ['tanh'], ['linear', 8, 1]],
    optimizer: ['adamW', { lr: ['cosine', { lr: 0.1, steps: 100 }], weightDecay: 0.01 }],
    loss: ['mse'],
    seed: 7,
    backend: { training: 'onnx:cpu', inference: 'tfjs:wasm' },
  },
];

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
 * What `descent summary` says about a config: the command itself, in this process, with streams that keep the text.
 *
 * @param {string} file
 * @returns {Promise<string>}
 */
async function summary(file) {
  const { run } = /** @type {any} */ (await import(COMMAND));
  const texts = { out: '', err: '' };
  const output = (/** @type {'out' | 'err'} */ name) => ({
    isTerminal: false,
    // Every colour is the text itself.
    colors: new Proxy({}, { get: () => (/** @type {unknown} */ text) => String(text) }),
    stream: {
      write(/** @type {string} */ text) {
        texts[name] += text;
      },
    },
  });
  const io = { out: output('out'), err: output('err'), cwd: dirname(file), signal: new AbortController().signal };
  const code = await run(['--debug', 'summary', file], io);
  if (code === 0) return texts.out;
  if ((code === 1 || code === 2) && texts.err !== '' && !texts.err.includes('unexpected error:')) {
    throw new DescentError(texts.err);
  }
  throw new Error(`exit ${code}: ${texts.err}`);
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
    seeds: async () => CONFIGS.map((config) => ({ bytes: new TextEncoder().encode(JSON.stringify(config, null, 1)) })),
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
      await writeFile(join(folder, 'table.csv'), TABLE);
      return summary(file);
    },
  },
];
