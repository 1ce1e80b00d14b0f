import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { createTrainer, fit } from '@descent/core';
import { loader, writePng } from '@descent/datasets';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { config, write } from './data-helpers.ts';
import { folder } from './helpers.ts';

const SIDE = 8;
const COUNT = 24;
const INDICES = Array.from({ length: COUNT }, (_, i) => i);
const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;

/** Squares on dark ground with their masks, boxes, labels and tags; texts, tables and a series: small data of every kind that configs read. */
async function everyKind(): Promise<string> {
  const root = folder();
  for (const name of ['pics', 'masks']) mkdirSync(join(root, name));
  for (const i of INDICES) {
    const [x, y] = [(i * 5) % 5, (i * 3) % 5];
    const isInside = (p: number): boolean =>
      p % SIDE >= x && p % SIDE < x + 3 && Math.floor(p / SIDE) >= y && Math.floor(p / SIDE) < y + 3;
    const image = (inside: number) => ({
      dtype: 'uint8' as const,
      shape: [SIDE, SIDE],
      data: Uint8Array.from({ length: SIDE * SIDE }, (_, p) => (isInside(p) ? inside : 0)),
    });
    await writePng(join(root, 'pics', `${i}.png`), image(i % 2 === 0 ? 240 : 120));
    await writePng(join(root, 'masks', `${i}.png`), image(1 + (i % 2)));
    const kind = i % 2 === 0 ? 'pos' : 'neg';
    for (const part of ['train', 'test']) write(join(root, 'aclImdb', part, kind, `${i}_7.txt`), `${kind} film ${i}`);
  }
  const square = (i: number): string => `${(i * 5) % 5},${(i * 3) % 5},3,3`;
  const files = {
    'boxes.csv': lines('file,x,y,w,h,label', ...INDICES.map((i) => `${i}.png,${square(i)},${i % 2}`)),
    'labels.csv': lines('file,tags', ...INDICES.map((i) => `${i}.png,${['a', 'b', 'a;b'][i % 3]}`)),
    'texts.csv': lines('text,label', ...INDICES.map((i) => `film ${'no '.repeat(i % 4)}${i},${i % 2 ? 'n' : 'p'}`)),
    'flats.csv': lines('city,size,rent', ...INDICES.map((i) => `${'xyz'[i % 3]},${20 + i},${300 + 9 * i}`)),
    'tags.csv': lines('a,b,tags', ...INDICES.map((i) => `${Math.sin(i)},${i % 5},${['u', 'v', 'u;v'][i % 3]}`)),
    'series.csv': lines('hour,load', ...Array.from({ length: 60 }, (_, i) => `${i},${Math.sin(i / 3).toFixed(4)}`)),
    'corpus.txt': 'the cat sat on the mat. '.repeat(20),
  };
  for (const [name, content] of Object.entries(files)) write(join(root, name), content);
  return root;
}

const PICTURES = { images: 'pics', width: SIDE, height: SIDE, test: 0.25 };
const PIXELS = SIDE * SIDE;
const BAG = [
  ['embeddingBag', 64, 8, { paddingIdx: 0 }],
  ['linear', 8, 2],
];
/** A network for each kind of data, with layers of its own. */
const KINDS: Readonly<Record<string, readonly [data: object, model: unknown, more?: object]>> = {
  masks: [
    { ...PICTURES, masks: 'masks', classes: ['ground', 'bright', 'dim'] },
    [['rescale', 1 / 255], ['conv2d', 1, 4, 3, { padding: 1 }], 'relu', ['conv2d', 4, 3, 1]],
  ],
  boxes: [
    { ...PICTURES, boxes: 'boxes.csv' },
    [
      ...[['rescale', 1 / 255], 'flatten', ['linear', PIXELS, 8], 'relu'],
      [
        'parallel',
        {
          boxes: ['sequential', ['linear', 8, 4], ['unflatten', 1, [1, 4]]],
          labels: ['sequential', ['linear', 8, 2], ['unflatten', 1, [1, 2]]],
        },
      ],
    ],
    {
      loss: [
        'weightedSum',
        { loss: ['lossOn', { output: 'boxes', target: 'boxes' }, 'smoothL1'], weight: 1 },
        { loss: ['lossOn', { output: 'labels', target: 'labels' }, 'crossEntropy'], weight: 1 },
      ],
      metrics: [['metricOn', { output: 'labels', target: 'labels' }, 'accuracy']],
    },
  ],
  'labels of pictures': [
    { ...PICTURES, labels: 'labels.csv', target: 'tags', task: 'multi-label', separator: ';' },
    [['rescale', 1 / 255], 'flatten', ['linear', PIXELS, 2]],
  ],
  'labels of a table': [
    { table: 'tags.csv', target: 'tags', task: 'multi-label', separator: ';', test: 0.25 },
    [['linear', 2, 2]],
  ],
  'a table with categories': [
    { table: 'flats.csv', target: 'rent', task: 'regression', standardizeTarget: true, test: 0.25 },
    [
      ['branches', { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 4, dim: 3, paddingIdx: 0 }]] }],
      'concat',
      ['linear', 4, 1],
    ],
  ],
  texts: [{ texts: 'texts.csv', text: 'text', target: 'label', maxLength: 24, test: 0.25 }, BAG],
  'texts with lengths': [
    { texts: 'texts.csv', text: 'text', target: 'label', maxLength: 24, test: 0.25, padding: 'lengths' },
    [
      ['branches', { x: ['embedding', 64, 4], lengths: 'identity' }],
      ['gru', 4, 6, { return: 'last' }],
      ['linear', 6, 2],
    ],
  ],
  imdb: [{ imdb: 'aclImdb', maxLength: 24 }, BAG],
  corpus: [
    { corpus: 'corpus.txt', blockLength: 8, test: 0.2 },
    [
      ['embedding', 16, 4],
      ['gru', 4, 8],
      ['linear', 8, 16],
    ],
  ],
  series: [
    { series: 'series.csv', target: 'load', time: 'hour', length: 6, horizon: 2, test: 0.25 },
    ['flatten', ['linear', 6, 2]],
  ],
};

test('data of every kind train on TensorFlow.js as on ONNX Runtime: one seed, one curve', async () => {
  const root = await everyKind();
  const backends = [await onnx({ threads: 1 }), await tfjs({ engine: 'wasm' })];
  for (const [kind, [data, model, more = {}]] of Object.entries(KINDS)) {
    const optimizer = ['adam', { lr: 0.02 }];
    write(join(root, 'a.json'), config(data, { model, ...more, optimizer, batchSize: 8, epochs: 2 }));
    const curves: number[][] = [];
    for (const backend of backends) {
      const { model, loss, optimizer, metrics, data, batchSize, epochs } = await loadConfig('a.json', root);
      const { train, test: held } = await data.load();
      const trainer = await createTrainer({ model, loss, optimizer, metrics, backend, seed: 3 });
      const { history } = await fit(trainer, {
        train: loader(train, { batchSize, shuffle: true, seed: 3 }),
        ...(held !== null && { test: loader(held, { batchSize }) }),
        ...{ epochs, log: null },
      });
      trainer.dispose();
      curves.push(
        history.flatMap((epoch) => [epoch.train, epoch.test ?? {}].flatMap((numbers) => Object.values(numbers))),
      );
    }
    const [expected = [], received = []] = curves;
    expect(received, kind).toHaveLength(expected.length);
    for (const [i, v] of received.entries())
      expect(v, `${kind}: number ${i} of the curve`).toBeCloseTo(expected[i] ?? Number.NaN, 3);
  }
  for (const backend of backends) await backend.dispose();
});
