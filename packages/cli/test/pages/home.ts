import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  avgPool2d,
  batchNorm2d,
  conv2d,
  dropout,
  embedding,
  flatten,
  initParameters,
  type Layer,
  layer,
  linear,
  type Node,
  relu,
  sequential,
} from '@descent/core';
import { cast, mul, reshape, slice, sum } from '@descent/core/ops';
import { writePng } from '@descent/datasets';
import { expect } from 'vitest';
import { write } from '../data-helpers.ts';
import { descent, descentWith } from '../helpers.ts';

// The files and runs that the examples of docs/commands speak of, small enough to be made in a moment.

const ADAM = ['adam', { lr: 0.02 }];
const LENET = {
  model: [
    ['rescale', 1 / 255],
    ['conv2d', 1, 4, 5, { stride: 4 }],
    'relu',
    ['maxPool2d', 2],
    'flatten',
    ['linear', 36, 10],
  ],
  data: 'mnist-sample',
  optimizer: ['sgd', { lr: 0.05 }],
  batchSize: 16,
  epochs: 2,
  backend: 'onnx:cpu',
};
const LENET_TS = `
import { defineConfig } from '@descent/cli';
import { conv2d, flatten, linear, maxPool2d, relu, rescale, sequential, sgd } from '@descent/core';
export default defineConfig({
  model: sequential(rescale(1 / 255), conv2d(1, 4, 5, { stride: 4 }), relu(), maxPool2d(2), flatten(), linear(36, 3)),
  data: { images: 'photos', width: 28, height: 28, channels: 1, test: 0.25 },
  validation: 0.2,
  optimizer: sgd({ lr: 0.05 }),
  batchSize: 4,
  epochs: 2,
  backend: 'onnx:cpu',
});
`;

function moons(width: number, lr = 0.5): object {
  return {
    model: [['linear', 2, width], 'relu', ['linear', width, 2]],
    data: { csv: 'points.csv', target: 'side', test: 0.25 },
    optimizer: ['sgd', { lr }],
    batchSize: 16,
    epochs: 2,
    validation: 0.2,
    backend: 'reference',
  };
}

function moonsTs(width: number): string {
  return `
import { defineConfig } from '@descent/cli';
import { linear, relu, sequential, sgd } from '@descent/core';
export default defineConfig({
  model: sequential(linear(2, ${width}), relu(), linear(${width}, 2)),
  data: { csv: 'points.csv', target: 'side', test: 0.25 },
  validation: 0.2,
  optimizer: sgd({ lr: 0.5 }),
  batchSize: 16,
  epochs: 2,
  backend: 'reference',
});
`;
}

const WORDS = ['fine', 'good', 'bad', 'dull'];
const TABLES: Readonly<Record<string, string>> = {
  'flats.csv': table('rooms,area,rent', 40, (i) => [1 + (i % 4), 20 + i, 200 + 9 * i]),
  'large.csv': table('rooms,area', 20, (i) => [1 + (i % 4), 20 + i]),
  'points.csv': table('x,y,side', 60, (i) => [Math.sin(i), Math.cos(i * 1.7), Math.sin(i) > 0 ? 'right' : 'left']),
  'power.csv': table('hour,load', 90, (i) => [i, 50 + 10 * Math.sin(i / 3)]),
  'reviews.csv': table('review,stars', 40, (i) => [`a ${WORDS[i % 4]} film`, i % 4 < 2 ? 'five' : 'one']),
  'book.txt': 'Call me Ishmael. '.repeat(40),
  'rows.jsonl': '{ "rooms": 2, "area": 50 }\n{ "rooms": 3, "area": 70 }\n',
  token: 'a-token-of-sixteen-characters-and-more\n',
};

function table(header: string, rows: number, row: (i: number) => readonly (string | number)[]): string {
  return [header, ...Array.from({ length: rows }, (_, i) => row(i).join(','))].join('\n');
}

/** The `data` and `model` of the configs that only their runs are asked for. */
const OTHERS: Readonly<Record<string, object>> = {
  flats: { model: [['linear', 2, 1]], data: { table: 'flats.csv', target: 'rent', task: 'regression' }, loss: 'mse' },
  power: {
    model: ['flatten', ['linear', 8, 2]],
    data: { series: 'power.csv', target: 'load', time: 'hour', length: 8, horizon: 2 },
  },
  reviews: {
    model: [
      ['embeddingBag', 32, 4],
      ['linear', 4, 2],
    ],
    data: { texts: 'reviews.csv', text: 'review', target: 'stars', maxLength: 16 },
  },
  book: {
    model: [
      ['embedding', 13, 8],
      ['gru', 8, 16],
      ['linear', 16, 13],
    ],
    data: { corpus: 'book.txt', blockLength: 16 },
  },
  streets: {
    model: [['rescale', 1 / 255], ['conv2d', 1, 4, 3, { padding: 1 }], 'relu', ['conv2d', 4, 2, 1]],
    data: { images: 'street', masks: 'masks', width: 12, height: 12, classes: ['road', 'car'] },
  },
};

/** Makes everything in `root`. */
export async function makeHome(root: string): Promise<void> {
  const json = (name: string, config: object): void => write(join(root, name), JSON.stringify(config));
  for (const [name, text] of Object.entries(TABLES)) write(join(root, name), text);
  write(join(root, 'lenet.config.ts'), LENET_TS);
  for (const name of ['lenet.json', 'lenet.yaml']) json(name, LENET);
  for (const name of ['mlp.json', 'mlp.yaml']) json(name, moons(4));
  json('deep.json', moons(8));
  for (const [name, lr] of [
    ['lr-01.json', 0.1],
    ['lr-02.json', 0.2],
  ] as const)
    json(name, moons(4, lr));
  write(join(root, 'mlp.config.ts'), moonsTs(4));
  write(join(root, 'deep.config.ts'), moonsTs(8));
  write(join(root, 'photos.config.ts'), LENET_TS);
  await makePictures(root);
  await makeModels(root);
  for (const [name, config] of Object.entries(OTHERS)) {
    json(`${name}.json`, { ...config, optimizer: ADAM, batchSize: 8, epochs: 2, backend: 'onnx:cpu' });
    await done(root, 'train', `${name}.json`, '-q');
  }
  for (const name of ['lenet.json', 'mlp.json', 'deep.json']) await done(root, 'train', name, '-q');
  await stopped(root);
  for (const copy of ['mlp-2', 'mlp-3', 'a', 'b', 'demo/lenet', '../experiments/first'])
    cpSync(join(root, 'runs/mlp'), join(root, 'runs', copy), { recursive: true });
  for (const name of ['model.onnx', 'lenet.onnx', 'finetuned.onnx'])
    cpSync(join(root, 'runs/lenet/model.onnx'), join(root, name));
  cpSync(join(root, 'runs/flats/model.onnx'), join(root, 'rows.onnx'));
  cpSync(join(root, 'model.onnx'), join(root, 'models/lenet/1/model.onnx'));
}

/** A run that was stopped once its first epoch was written down; checkpoints come by the clock, and when it stops. */
async function stopped(root: string): Promise<void> {
  const ending = new AbortController();
  const watched = setInterval(() => existsSync(join(root, 'runs/stopped/metrics.jsonl')) && ending.abort(), 1);
  const { code } = await descentWith(
    { signal: ending.signal },
    root,
    'train',
    'lenet.json',
    '--epochs',
    '40',
    '--out',
    'runs/stopped',
  );
  clearInterval(watched);
  expect(code).toBe(130);
}

async function done(root: string, ...argv: readonly string[]): Promise<void> {
  const { code, err } = await descent(root, ...argv);
  expect([argv.join(' '), code, err]).toEqual([argv.join(' '), 0, '']);
}

async function makePictures(root: string): Promise<void> {
  const square = (size: number, at: number, value: number) => ({
    dtype: 'uint8' as const,
    shape: [size, size],
    data: Uint8Array.from({ length: size * size }, (_, p) =>
      Math.abs((p % size) - at) < size / 6 && Math.abs(Math.floor(p / size) - at) < size / 6 ? value : 0,
    ),
  });
  const put = async (path: string, size: number, at: number, value = 230): Promise<void> => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    await writePng(join(root, path), square(size, at, value));
  };
  for (const name of ['digit', 'scan']) await put(`${name}.png`, 28, 14);
  await put('street.png', 12, 4);
  for (let i = 0; i < 6; i++) {
    await put(`street/${i}.png`, 12, 3 + (i % 6));
    await put(`masks/${i}.png`, 12, 3 + (i % 6), 1);
    for (const folder of ['photos', 'letters'])
      for (const [c, name] of ['a', 'b', 'c'].entries()) await put(`${folder}/${name}/${i}.png`, 28, 6 + 8 * c);
    for (const digit of [3, 7]) await put(`photographs/${digit}/${i}.png`, 28, 8 + digit);
  }
  // What a picture is stands in its bytes, and not in its name.
  const paper = square(60, 30, 200);
  await writePng(join(root, 'photo.png'), { ...paper, data: paper.data.map((value) => 240 - value) });
  renameSync(join(root, 'photo.png'), join(root, 'photo.jpg'));
}

interface Tokens extends Readonly<Record<string, Node>> {
  readonly input_ids: Node;
  readonly attention_mask: Node;
}

/** Files as others export them: of pictures and of texts. */
async function makeModels(root: string): Promise<void> {
  const save = async (name: string, model: Layer<never>, sample: unknown): Promise<void> => {
    const { bytes } = await exportOnnx(
      model as never,
      { parameters: initParameters(model as never, 1), sample } as never,
    );
    write(join(root, name), bytes);
  };
  const pool = { pool: avgPool2d(7), flat: flatten() };
  const resnet = {
    conv1: conv2d(1, 4, 3, { stride: 4 }),
    bn1: batchNorm2d(4),
    relu: relu(),
    ...pool,
    fc: linear(4, 10),
  };
  await save('resnet18.onnx', sequential(resnet) as never, { shape: [1, 28, 28] });
  await save('headed.onnx', sequential({ flat: flatten(), head: linear(4, 2) }) as never, { shape: [2, 2] });
  const classifier = sequential(linear(4, 8), relu(), dropout(0.2), linear(8, 10));
  const mobilenet = { features: conv2d(3, 4, 32, { stride: 32 }), ...pool, classifier };
  await save('mobilenet.onnx', sequential(mobilenet) as never, { shape: [3, 224, 224] });
  const tokens = ['[PAD]', '[UNK]', 'a', 'film', ...WORDS];
  const parts = { embed: embedding(tokens.length, 8), fc: linear(8, 3) };
  const bert = layer('bert', parts, ({ input_ids, attention_mask }: Tokens, { embed, fc }) => {
    const [batch, time] = input_ids.type.shape as readonly [number, number];
    const seen = mul(embed(input_ids), reshape(cast(attention_mask, 'float32'), [batch, time, 1]));
    return fc(reshape(slice(sum(seen, { axes: [1], keepDims: true }), { axis: 1, end: 1 }), [batch, 8]));
  });
  const sample = { shape: ['sequence'], dtype: 'int32' };
  await save('bert/model.onnx', bert as never, { input_ids: sample, attention_mask: sample });
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const tokenizer = { pre_tokenizer: { type: 'Whitespace' }, model: { type: 'WordLevel', unk_token: '[UNK]', vocab } };
  write(join(root, 'bert/tokenizer.json'), JSON.stringify(tokenizer));
}

/** Sweeps that the examples look at. */
export async function makeSweeps(root: string): Promise<void> {
  for (const name of ['mlp', 'lenet'])
    await done(root, 'sweep', `${name}.json`, '--over', 'optimizer.lr=0.1,0.2', '--validation', '0.1', '--epochs', '1');
}
