import { buildModel, describeCalls } from '@descent/cli/config';
import { createPredictor, initParameters, type Layer, type SampleType, sequential, summarize } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import type { Call } from '../src/state/experiment.ts';
import { analyse } from '../src/views/build/analysis.ts';
import { readArgument, writeArgument } from '../src/views/build/argument-text.ts';
import { argumentOf, layerCall, newLayer, withArgument } from '../src/views/build/arguments.ts';
import { applyFix, fixesOf } from '../src/views/build/fixes.ts';
import { recorded, redone, started, undone } from '../src/views/build/history.ts';
import { outputAdvice } from '../src/views/build/last-layer.ts';
import { presetsFor } from '../src/views/build/presets.ts';

const MNIST: SampleType = { shape: [1, 28, 28], dtype: 'uint8' };
const BYTES: Call = ['rescale', 1 / 255];

describe('shapes and counts', () => {
  test('are those of the summary of core', () => {
    for (const { model, name } of presetsFor([1, 28, 28], 10)) {
      const { blocks, output, parameters } = analyse(model, MNIST);
      const summary = summarize(buildModel(model as never), MNIST);
      expect(
        blocks.map(({ problem }) => problem),
        name,
      ).toEqual(model.map(() => null));
      expect(blocks.map((block) => block.output?.shape)).toEqual(summary.rows.map((row) => row.outputShape.slice(1)));
      expect(parameters).toBe(summary.total);
      expect(output?.shape).toEqual([10]);
    }
  });

  test('of LeNet are those of the course notes', () => {
    const lenet = presetsFor([1, 28, 28], 10).find(({ kind }) => kind === 'lenet');
    const { blocks, parameters } = analyse(lenet?.model ?? [], MNIST);
    expect(blocks.map(({ output }) => output?.shape.join('×'))).toEqual([
      '1×28×28',
      '6×28×28',
      '6×28×28',
      '6×14×14',
      '16×10×10',
      '16×10×10',
      '16×5×5',
      '400',
      '120',
      '120',
      '84',
      '84',
      '10',
    ]);
    expect(parameters).toBe(61_706);
    expect(blocks.map(({ field }) => field?.[0])).toEqual([1, 5, 5, 6, 14, 14, 16, ...Array(6).fill(undefined)]);
  });

  test('stop at the block that does not work', () => {
    const { blocks, output, parameters } = analyse([BYTES, ['linear', 700, 10], 'relu'], MNIST);
    expect(blocks.map(({ problem }) => problem !== null)).toEqual([false, true, false]);
    expect(blocks[2]?.input).toBeNull();
    expect([output, parameters]).toEqual([null, null]);
  });

  test('a layer that no tensor can hold is itself the block that does not work', () => {
    const { blocks } = analyse(['flatten', ['linear', 784, 2e9], ['linear', 2e9, 10]], { shape: [1, 28, 28] });
    expect(blocks.map(({ problem }) => problem !== null)).toEqual([false, true, true]);
    expect(blocks.map(({ output }) => output?.shape ?? null)).toEqual([[784], null, null]);
    expect(blocks[1]?.problem?.received).toContain('1568000000000 elements');
  });

  test('of several tensors have their names', () => {
    const branches: Call = ['parallel', { mean: ['linear', 2, 3], size: ['linear', 2, 1] }];
    const [block] = analyse([branches], { shape: [2] }).blocks;
    expect(block?.output?.named).toEqual([
      ['mean', [3]],
      ['size', [1]],
    ]);
    expect(analyse([branches, 'concat'], { shape: [2] }).output?.shape).toEqual([4]);
  });
});

/** The largest part of a picture that changes one number of the output, found by changing one pixel after the other. */
async function fieldByTrial(model: readonly Call[], [channels, height, width]: readonly [number, number, number]) {
  const layer = sequential(buildModel(model as never)) as Layer;
  const sample: SampleType = { shape: [channels, height, width] };
  // Weights above zero, so that nothing cancels, and no bias that would hide it.
  const parameters = Object.fromEntries(
    Object.entries(initParameters(layer, 1)).map(([name, one]) => [
      name,
      { ...one, data: one.data.map(() => (/running_mean|bias/.test(name) ? 0 : 1)) },
    ]),
  );
  const predictor = await createPredictor({
    model: layer,
    sample,
    parameters: parameters as never,
    backend: referenceBackend(),
  });
  const count = height * width;
  const data = new Float32Array((count + 1) * channels * count).fill(1);
  for (let pixel = 0; pixel < count; pixel++) data[(pixel + 1) * channels * count + pixel] = 1000;
  const { data: y, shape } = await predictor.predict({
    dtype: 'float32',
    shape: [count + 1, ...sample.shape],
    data,
  });
  const size = y.length / (shape[0] as number);
  let [rows, columns] = [0, 0];
  for (let out = 0; out < size; out++) {
    const seen = Array.from({ length: count }, (_, p) => p).filter((p) => y[(p + 1) * size + out] !== y[out]);
    const extent = (of: readonly number[]): number => (of.length === 0 ? 0 : Math.max(...of) - Math.min(...of) + 1);
    rows = Math.max(rows, extent(seen.map((p) => Math.floor(p / width))));
    columns = Math.max(columns, extent(seen.map((p) => p % width)));
  }
  return [rows, columns];
}

describe('the receptive field is what changing pixels shows', () => {
  const NETS: readonly (readonly Call[])[] = [
    [['conv2d', 1, 2, 3]],
    [['conv2d', 1, 1, [3, 5], { padding: 'same' }], 'relu'],
    [
      ['conv2d', 1, 2, 3, { stride: 2 }],
      ['conv2d', 2, 1, 2],
    ],
    [['conv2d', 1, 2, 3, { dilation: 2, padding: [1, 2] }]],
    [
      ['conv2d', 1, 2, 2, { padding: [0, 1, 2, 0], stride: [2, 1] }],
      ['maxPool2d', 2],
    ],
    [
      ['conv2d', 1, 2, 3, { padding: 1 }],
      ['maxPool2d', 2],
      ['conv2d', 2, 2, 3],
      ['avgPool2d', 2, { stride: 1 }],
    ],
    [['maxPool2d', 3, { stride: 2, padding: 1 }], ['batchNorm2d', 1], 'sigmoid'].slice(0, 2) as Call[],
    [
      ['residual', ['conv2d', 1, 1, 3, { padding: 'same' }]],
      ['residual', ['conv2d', 1, 1, 5, { padding: 2 }]],
    ],
    [
      ['sequential', ['conv2d', 1, 2, 3], 'relu', ['maxPool2d', 2]],
      ['conv2d', 2, 1, 2],
    ],
    [
      ['conv2d', 1, 1, 3, { stride: 3, padding: 'same' }],
      ['conv2d', 1, 1, 2, { padding: 'same' }],
    ],
    [
      ['linear', 9, 3],
      ['conv2d', 1, 1, 2],
    ],
    [
      ['conv2d', 1, 1, 2],
      ['avgPool2d', 2, { padding: 1, countIncludePad: false }],
    ],
    [
      ['conv2d', 1, 2, 3, { stride: 2 }],
      ['convTranspose2d', 2, 1, [3, 4], { stride: 2, padding: 1, outputPadding: [1, 0] }],
    ],
    [
      ['maxPool2d', 2, { dilation: 2, padding: 1, ceilMode: true }],
      ['avgPool2d', 3, { stride: 2, ceilMode: true }],
    ],
    [
      ['adaptiveAvgPool2d', [3, 4]],
      ['conv2d', 1, 1, 2],
      ['adaptiveMaxPool2d', 2],
    ],
    [['sequential', ['convTranspose2d', 1, 1, 2, { dilation: [2, 1] }], ['maxPool2d', 2]]],
  ];
  test.each(NETS.map((model) => [JSON.stringify(model), model] as const))('%s', async (_, model) => {
    const { blocks } = analyse(model, { shape: [1, 10, 9] });
    expect(blocks.map(({ problem }) => problem)).toEqual(model.map(() => null));
    expect(blocks.at(-1)?.field).toEqual(await fieldByTrial(model, [1, 10, 9]));
  });
});

describe('a fix', () => {
  const WRONG: readonly (readonly [string, readonly Call[], SampleType, number, readonly Call[]])[] = [
    ['flatten is missing', [BYTES, ['linear', 784, 10]], MNIST, 1, [BYTES, 'flatten', ['linear', 784, 10]]],
    ['flatten and another size', [BYTES, ['linear', 700, 10]], MNIST, 1, [BYTES, 'flatten', ['linear', 784, 10]]],
    ['another size', ['flatten', BYTES, ['linear', 12, 10]], MNIST, 2, ['flatten', BYTES, ['linear', 784, 10]]],
    ['bytes', ['flatten', ['linear', 784, 10]], MNIST, 1, [BYTES, 'flatten', ['linear', 784, 10]]],
    ['channels', [BYTES, ['conv2d', 3, 8, 3]], MNIST, 1, [BYTES, ['conv2d', 1, 8, 3]]],
    ['channels of a normalization', [BYTES, ['batchNorm2d', 3]], MNIST, 1, [BYTES, ['batchNorm2d', 1]]],
    ['a large window', [BYTES, ['conv2d', 1, 2, 30]], MNIST, 1, [BYTES, ['conv2d', 1, 2, 30, { padding: 'same' }]]],
    ['a large pool', [BYTES, ['maxPool2d', 40]], MNIST, 1, [BYTES, ['maxPool2d', 40, { padding: 'same' }]]],
    ['a flat picture', [BYTES, 'flatten', ['conv2d', 1, 2, 3]], MNIST, 2, [BYTES, ['conv2d', 1, 2, 3]]],
    [
      'a flat picture, pooled',
      [BYTES, 'flatten', 'relu', ['maxPool2d', 2]],
      MNIST,
      3,
      [BYTES, 'relu', ['maxPool2d', 2]],
    ],
    ['groups', [BYTES, ['conv2d', 1, 8, 3, { groups: 3 }]], MNIST, 1, [BYTES, ['conv2d', 1, 8, 3]]],
    ['a misspelt name', [['lineer', 2, 3]], { shape: [2] }, 0, [['linear', 2, 3]]],
    ['no such number', [['linear', 2, 0]], { shape: [2] }, 0, [['linear', 2, 1]]],
    ['no such option', [['linear', 2, 3, { bias: 'no' }]], { shape: [2] }, 0, [['linear', 2, 3]]],
    ['a missing argument', [['linear', 2]], { shape: [2] }, 0, [['linear', 2, 1]]],
    [
      'statistics of three channels',
      [BYTES, ['normalize', [0.1, 0.2, 0.3], [1, 1, 1]]],
      MNIST,
      1,
      [BYTES, ['normalize', 0.1, 1]],
    ],
  ];
  test.each(WRONG)('for %s comes first and works', (_, model, sample, at, expected) => {
    const analysis = analyse(model, sample);
    expect(analysis.blocks.findIndex(({ problem }) => problem !== null)).toBe(at);
    const [fix] = fixesOf(model, sample, at, analysis);
    expect(fix && applyFix(model, fix)).toEqual(expected);
  });

  test('of every kind that is offered works, over many wrong networks', () => {
    const layers: readonly Call[] = [
      ...describeCalls('layer')
        .filter(({ rest }) => rest === null)
        .map((one) => newLayer(one, null)),
      ['linear', 5, 4],
      ['linear', 784, 3],
      ['conv2d', 2, 3, 7],
      ['conv2d', 4, 4, 3, { groups: 3 }],
      ['maxPool2d', 9, { padding: 5 }],
      ['dropout', 2] as Call,
      ['batchNorm2d', 6],
    ];
    const samples: readonly SampleType[] = [MNIST, { shape: [2] }, { shape: [3, 6, 5] }];
    let [wrong, mended, seed] = [0, 0, 1];
    const random = (n: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    for (let trial = 0; trial < 400; trial++) {
      const model = Array.from({ length: 1 + random(5) }, () => layers[random(layers.length)] as Call);
      const sample = samples[random(samples.length)] as SampleType;
      const analysis = analyse(model, sample);
      const at = analysis.blocks.findIndex(({ problem }) => problem !== null);
      if (at < 0) continue;
      wrong++;
      const fixes = fixesOf(model, sample, at, analysis);
      if (fixes.length > 0) mended++;
      for (const fix of fixes) {
        const next = applyFix(model, fix);
        const after = analyse(next, sample).blocks.findIndex(({ problem }) => problem !== null);
        expect(after < 0 || next.length - after < model.length - at, JSON.stringify([model, fix])).toBe(true);
      }
    }
    expect(wrong).toBeGreaterThan(200);
    expect(mended / wrong).toBeGreaterThan(0.98);
  });

  test('for the output gives one number for each class', () => {
    const advice = (model: readonly Call[], sample = MNIST) =>
      outputAdvice(model, sample, analyse(model, sample), 10, true);
    const good: readonly Call[] = [BYTES, 'flatten', ['linear', 784, 10]];
    expect(advice(good)).toBeNull();
    const eight = advice([BYTES, 'flatten', ['linear', 784, 8]]);
    expect(eight?.problem).toEqual({ kind: 'count', received: 8, expected: 10 });
    expect(eight?.fixes.map((fix) => applyFix([BYTES, 'flatten', ['linear', 784, 8]], fix).at(-1))).toEqual([
      ['linear', 784, 10],
      ['linear', 8, 10],
    ]);
    const picture: readonly Call[] = [BYTES, ['conv2d', 1, 4, 3]];
    expect(applyFix(picture, advice(picture)?.fixes[0] as never)).toEqual([
      ...picture,
      'flatten',
      ['linear', 2704, 10],
    ]);
    const twice = advice([...good, 'softmax']);
    expect(twice?.problem.kind).toBe('softmax');
    expect(applyFix([...good, 'softmax'], twice?.fixes[0] as never)).toEqual(good);
  });
});

/** Layers that take `[time, features]` for a sample, and no pictures. */
const OF_SEQUENCES = /^(multihead|transformer|sinusoidal|learned|lstm|gru|rnn)/;
/** Layers that take several tensors by name. */
const OF_SEVERAL = ['branches', 'concat', 'transformerDecoder', 'transformerDecoderLayer'];

describe('arguments', () => {
  const conv = layerCall('conv2d') as NonNullable<ReturnType<typeof layerCall>>;

  test('are set and left out in the shortest form', () => {
    const call: Call = ['conv2d', 1, 8, 3, { padding: 'same' }];
    expect(argumentOf(call, conv, 'padding')).toBe('same');
    expect(withArgument(call, conv, 'padding', undefined)).toEqual(['conv2d', 1, 8, 3]);
    expect(withArgument(call, conv, 'outChannels', 16)).toEqual(['conv2d', 1, 16, 3, { padding: 'same' }]);
    const dropout = layerCall('dropout') as typeof conv;
    expect(withArgument('dropout', dropout, 'p', 0.3)).toEqual(['dropout', 0.3]);
    expect(withArgument(['dropout', 0.3], dropout, 'p', undefined)).toBe('dropout');
  });

  test('of a new layer fit what arrives', () => {
    expect(newLayer(conv, [6, 14, 14])).toEqual(['conv2d', 6, 8, 3]);
    for (const description of describeCalls('layer')) {
      // Layers of sequences and volumes say so in their names.
      const axes = Number(/([13])d$/.exec(description.name)?.[1] ?? 2);
      const shape = OF_SEQUENCES.test(description.name) ? [6, 8] : [4, ...Array.from({ length: axes }, () => 8)];
      const sample = /embedding/i.test(description.name) ? ({ shape: [6], dtype: 'int32' } as const) : { shape };
      const { blocks } = analyse([newLayer(description, sample.shape)], sample);
      const problem = blocks[0]?.problem;
      if (OF_SEVERAL.includes(description.name)) continue;
      expect(problem, description.name).toBeNull();
    }
  });

  test.each([
    ['size', '3', 3],
    ['size', '3 × 5', [3, 5]],
    ['size', '3x3', 3],
    ['padding', 'same', 'same'],
    ['padding', '1, 2', [1, 2]],
    ['number', '1/255', 1 / 255],
    ['numbers', '0.1, 0.2', [0.1, 0.2]],
    ['pair', '0.9, 0.999', [0.9, 0.999]],
    ['layer', '["linear", 2, 3]', ['linear', 2, 3]],
    ['layer', 'relu', 'relu'],
    ['share', '0，5', 0.5],
  ] as const)('a %s reads as %s, and is written so that it reads again', (kind, text, value) => {
    expect(readArgument(kind, text)).toEqual({ value });
    expect(readArgument(kind, writeArgument(kind, value))).toEqual({ value });
  });

  test.each([
    ['count', 'many'],
    ['size', '3 × y'],
    ['number', '1/0'],
    ['layer', '["linear",'],
  ] as const)('a %s is not %s', (kind, text) => {
    expect(readArgument(kind, text)).toEqual({ wrong: true });
  });
});

test('what was done is undone and done again', () => {
  let history = recorded(recorded(started(1), 2), 3);
  expect(recorded(history, 3)).toBe(history);
  history = undone(history);
  expect([history.present, history.future]).toEqual([2, [3]]);
  expect(redone(history).present).toBe(3);
  expect(recorded(history, 5)).toEqual({ past: [1, 2], present: 5, future: [] });
  expect(undone(undone(undone(history))).present).toBe(1);
});
