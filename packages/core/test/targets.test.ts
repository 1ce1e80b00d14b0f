import { describe, expect, test } from 'vitest';
import { inspect } from '../src/public/diagnose.ts';
import {
  accuracy,
  checkTargets,
  createTrainer,
  crossEntropy,
  fit,
  initParameters,
  type Loss,
  linear,
  type Metric,
  mse,
  type NDArray,
  ndarray,
  sequential,
  sgd,
  type Trainer,
  tensor,
  weightedSum,
} from '../src/public/index.ts';
import { input } from '../src/public/ops.ts';
import { values } from '../src/public/testing.ts';
import { backend } from './_reference.ts';

function trainer(outputs: number, loss: Loss = crossEntropy(), metrics: readonly Metric[] = []): Promise<Trainer> {
  return createTrainer({ model: linear(2, outputs), loss, metrics, optimizer: sgd({ lr: 0.1 }), backend });
}

function source(x: NDArray, y: NDArray) {
  const length = x.shape[0] as number;
  const data = { x, y };
  return { length: 1, batchSize: length, epoch: () => [data], dataset: data, indices: () => Uint32Array.of(0, 1, 2) };
}

const x = values([3, 2], 1);

describe('labels that are no class are refused before they train', () => {
  const bad: readonly (readonly [string, NDArray, RegExp])[] = [
    [
      '1-based',
      tensor([1, 3, 2], 'int32'),
      /label 3 in row 1; the labels are from 1 to 3\n.*0 to 2.*\n.*labels start at 0: subtract 1/,
    ],
    ['negative', tensor([0, 1, -1], 'int32'), /label -1 in row 2.*\n.*\n.*ignoreIndex: -1/],
    ['255 in bytes', tensor([0, 255, 255], 'uint8'), /label 255 in row 1.*\n.*\n.*ignoreIndex: 255/],
    ['one class too many', tensor([0, 3, 2], 'int32'), /label 3 in row 1.*\n.*for 3 classes\n.*4 outputs/],
    ['several too many', tensor([7, 3, 2], 'int32'), /label 7 in row 0.*\n.*\n.*8 outputs/],
  ];

  test.each(bad)('%s: in a step, an evaluation, data on the device and fit', async (_, y, message) => {
    const t = await trainer(3);
    await expect(t.step(x, y)).rejects.toThrow(message);
    expect(t.stepCount).toBe(0);
    await expect(t.evaluate([{ x, y }])).rejects.toThrow(message);
    await expect(t.resident({ x, y })).rejects.toThrow(message);
    const good = tensor([0, 1, 2], 'int32');
    await expect(fit(t, { train: source(x, y), epochs: 1, log: null })).rejects.toThrow(message);
    const options = { train: source(x, good), test: source(x, y), epochs: 1, log: null };
    await expect(fit(t, options)).rejects.toThrow(message);
    // Held-out data are looked at before training, not after the first epoch.
    expect(t.stepCount).toBe(0);
  });

  test('an ignored label is no other: the rest is still checked', async () => {
    const t = await trainer(3, crossEntropy({ ignoreIndex: -100 }));
    await t.step(x, tensor([0, -100, 2], 'int32'));
    await expect(t.step(x, tensor([0, -100, -1], 'int32'))).rejects.toThrow(/label -1 in row 2/);
  });

  test('means leave out what is ignored; a data set of nothing else is refused', async () => {
    const t = await trainer(3, crossEntropy({ ignoreIndex: 255 }), [accuracy()]);
    const y = tensor([2, 255, 255], 'uint8');
    const none = tensor([255, 255, 255], 'uint8');
    const alone = await t.evaluate([{ x: tensor([[...x.data.subarray(0, 2)]]), y: tensor([2], 'uint8') }]);
    const all = await t.evaluate([
      { x, y },
      { x, y: none },
    ]);
    expect(all.loss).toBeCloseTo(alone.loss, 6);
    expect(all['accuracy']).toBe(alone['accuracy']);
    expect(await t.step(x, none)).toMatchObject({ loss: 0 });
    await expect(t.evaluate([{ x, y: none }])).rejects.toThrow(/nothing to average\n.*3 samples, none of which counts/);
    await expect(t.resident({ x, y: none })).rejects.toThrow(/every label is left out\n.*3 labels that are all 255/);
  });

  test('what the network makes of a whole data set may be more than a tensor can hold', async () => {
    const model = sequential(linear(1, 40_000), linear(40_000, 2));
    const t = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend });
    const rows = 60_000;
    const labels = (last: number): NDArray => ndarray('int32', [rows], new Int32Array(rows).fill(last, rows - 1));
    const many = ndarray('float32', [rows, 1], new Float32Array(rows));
    (await t.resident({ x: many, y: labels(1) })).dispose();
    await expect(t.resident({ x: many, y: labels(2) })).rejects.toThrow(/label 2 in row 59999/);
    checkTargets({ model, loss: crossEntropy() }, { shape: [1] }, labels(1));
  });

  test('inspect refuses them, too', async () => {
    const model = linear(2, 3);
    const options = { model, parameters: initParameters(model, 1), loss: crossEntropy(), backend, x };
    await expect(inspect({ ...options, y: tensor([0, 1, 3], 'int32') })).rejects.toThrow(/label 3 in row 2/);
  });

  test('a metric by itself says what its labels must be', async () => {
    const anything: Loss = { label: 'anything', apply: (output) => mse().apply(output, output) };
    const t = await trainer(3, anything, [accuracy()]);
    await expect(t.evaluate([{ x, y: tensor([0, 1, 5], 'int32') }])).rejects.toThrow(
      /accuracy: .*\n.*label 5 in row 2/,
    );
  });

  test('the rules of all terms of a weighted sum hold', async () => {
    const t = await trainer(3, weightedSum({ loss: crossEntropy(), weight: 0.5 }, { loss: crossEntropy(), weight: 1 }));
    await expect(t.step(x, tensor([0, 1, 9], 'int32'))).rejects.toThrow(/label 9 in row 2/);
  });
});

describe('other targets', () => {
  test('class probabilities are numbers of at least 0 that add up to 1', async () => {
    const t = await trainer(2);
    const rows = (...r: [number, number][]): NDArray => tensor(r);
    await t.step(x, rows([0.5, 0.5], [1, 0], [0.25, 0.75]));
    await expect(t.step(x, rows([1, 0], [1, 1], [0, 1]))).rejects.toThrow(/add up to 1\n.*a sum of 2 in row 1/);
    await expect(t.step(x, rows([1, 0], [2, -1], [0, 1]))).rejects.toThrow(/-1 in row 1/);
    await expect(t.step(x, rows([1, 0], [0, 1], [Number.NaN, 1]))).rejects.toThrow(/NaN in row 2/);
  });

  test('numbers to predict are finite', async () => {
    const t = await trainer(1, mse());
    await expect(t.step(x, tensor([[1], [Number.NaN], [2]]))).rejects.toThrow(/mse: .*\n.*NaN in row 1/);
    await expect(t.resident({ x, y: tensor([[1], [2], [Number.POSITIVE_INFINITY]]) })).rejects.toThrow(
      /Infinity in row 2/,
    );
  });

  test.each([
    ['accuracy of numbers', accuracy(), [5, 1], 'float32', [5, 1], /accuracy needs one output for each class/],
    ['accuracy of one number a sample', accuracy(), [5, 3], 'float32', [5], /not one float a sample/],
    ['accuracy of a column of labels', accuracy(), [5, 3], 'int32', [5, 1], /labels are a column: give them as \[5\]/],
    ['accuracy of one-hot integers', accuracy(), [5, 3], 'int32', [5, 3], /labels do not fit/],
    ['mse of labels', mse(), [5, 3], 'int32', [5], /mse needs.*\n.*\n.*\n.*crossEntropy/],
    ['mse of a column and a list', mse(), [5, 1], 'float32', [5], /give the targets as \[5, 1\]/],
    [
      'mse of labels and a column',
      mse(),
      [5, 1],
      'int32',
      [5],
      /crossEntropy\(\), with an output for each class; .* as \[5, 1\]/,
    ],
    ['mse of a list and a column', mse(), [5], 'float32', [5, 1], /give the targets as \[5\]/],
    ['crossEntropy of one output', crossEntropy(), [5, 1], 'int32', [5], /of a single output is always 0/],
    ['crossEntropy of one probability', crossEntropy(), [5, 1], 'float32', [5, 1], /of a single output is always 0/],
    ['crossEntropy of a column of labels', crossEntropy(), [5, 3], 'int32', [5, 1], /labels are a column/],
    ['ignoreIndex of probabilities', crossEntropy({ ignoreIndex: 1 }), [5, 3], 'float32', [5, 3], /ignores labels/],
  ] as const)('%s is refused', (_, judge, output, dtype, target, message) => {
    expect(() => judge.apply(input('output', output), input('target', target, dtype))).toThrow(message);
  });

  test('ignoreIndex is a whole number', () => {
    expect(() => crossEntropy({ ignoreIndex: 0.5 })).toThrow(/ignoreIndex.*\n.*0\.5/);
  });
});
