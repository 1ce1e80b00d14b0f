import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadImage } from '@descent/datasets';
import { command } from './command.mjs';
import { JSON_SIGNS } from './words.mjs';

const { stringify } = createRequire(new URL('../../packages/cli/package.json', import.meta.url))('yaml');

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

const YAML = `data: &table
  csv: table.csv
  target: y
  task: regression
model:
  - [linear, 2, 8]
  - relu
  - [linear, 8, 1]
optimizer: [adam, { lr: { $env: LR, as: number, default: 0.01 } }]
`;

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
      ...JSON_SIGNS,
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
      return command(folder, 'summary', file);
    },
  },
  {
    name: 'yaml config',
    seeds: async () =>
      [...CONFIGS.map((config) => stringify(config)), YAML].map((text) => ({ bytes: new TextEncoder().encode(text) })),
    words: [
      '- ',
      ': ',
      '\n',
      '  ',
      '&a',
      '*a',
      '<<: *a',
      '!!binary ',
      '? ',
      '|',
      '>',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '\t',
      '1e400',
      '~',
      'extends: fuzz.yaml',
      '\u0024{env:HOME}',
      '$env',
    ],
    async read(bytes, folder) {
      const file = join(folder, 'fuzz.yaml');
      await writeFile(file, bytes);
      await writeFile(join(folder, 'table.csv'), TABLE);
      return command(folder, 'summary', file);
    },
  },
];
