import { homedir, hostname } from 'node:os';
import {
  createPredictor,
  linear,
  NumericError,
  ndarray,
  ShapeError,
  sequential,
  softmax,
  tensor,
  ValueError,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import {
  accuracyOf,
  averageScores,
  classScores,
  confusionMatrix,
  digestOfData,
  environment,
  evaluateClasses,
  evaluateLabels,
  evaluateNumbers,
  hashOfData,
} from '@descent/runs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';

describe('scores', () => {
  // The example of scikit-learn's documentation of classification_report, whose table rounds these fractions.
  const confusion = confusionMatrix([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 3);

  test('are counted and divided as scikit-learn does', () => {
    expect(confusion).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 2],
    ]);
    expect(accuracyOf(confusion)).toBe(3 / 5);
    expect(classScores(confusion)).toEqual([
      { precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { precision: 0, recall: 0, f1: 0, support: 1 },
      { precision: 1, recall: 2 / 3, f1: 4 / 5, support: 3 },
    ]);
    const { macro, weighted } = averageScores(confusion);
    expect(macro.precision).toBeCloseTo(1.5 / 3, 12);
    expect(macro.recall).toBeCloseTo((1 + 2 / 3) / 3, 12);
    expect(macro.f1).toBeCloseTo((2 / 3 + 4 / 5) / 3, 12);
    expect(weighted.precision).toBeCloseTo((0.5 + 3) / 5, 12);
    expect(weighted.recall).toBeCloseTo(3 / 5, 12);
    expect(weighted.f1).toBeCloseTo((2 / 3 + 3 * 0.8) / 5, 12);
  });

  test('a class that does not occur has none, and no part in the macro average', () => {
    const wider = confusionMatrix([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 4);
    expect(classScores(wider)[3]).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expect(averageScores(wider)).toEqual(averageScores(confusion));
    expect(accuracyOf([])).toBe(0);
  });

  test('numbers that are no classes are refused', () => {
    expect(() => confusionMatrix([0, 3], [0, 1], 3)).toThrow(/label is not a class[\s\S]*3 at sample 1/);
    expect(() => confusionMatrix([0, 1], [0, -1], 3)).toThrow(/prediction is not a class/);
    expect(() => confusionMatrix([0, 1], [0], 3)).toThrow(ValueError);
  });
});

/** Four pictures of 2 × 2 whose numbers name their row. */
const data = {
  x: ndarray('uint8', [4, 1, 2, 2], Uint8Array.from([0, 10, 20, 200, 1, 11, 21, 100, 2, 12, 22, 50, 3, 13, 23, 40])),
  y: ndarray('int32', [4], Int32Array.of(0, 1, 2, 0)),
  classes: ['a', 'b', 'c'],
};
const LOGITS: Readonly<Record<number, readonly number[]>> = {
  0: [2, 0, 0],
  1: [3, 1, 0],
  2: [0, 5, 0],
  3: [1, 1, 1],
};
/** Looks the row up by its first pixel. */
const network =
  (outputs: Readonly<Record<number, readonly number[]>>) =>
  async (x: typeof data.x | { data: ArrayLike<number>; shape: readonly number[] }) => {
    const rows = Array.from({ length: x.shape[0] as number }, (_, i) => outputs[x.data[i * 4] as number] as number[]);
    return tensor(rows);
  };
const softmaxOf = (row: readonly number[]): number[] => {
  const sum = row.reduce((s, v) => s + Math.exp(v), 0);
  return row.map((v) => Math.exp(v) / sum);
};
const mapped = (f: (row: readonly number[]) => readonly number[]) =>
  Object.fromEntries(Object.entries(LOGITS).map(([k, row]) => [k, f(row)]));

describe('evaluateClasses', () => {
  test('gives the matrix and the most confident mistakes, whatever the batch size', async () => {
    for (const batchSize of [1, 3, 4, 500]) {
      const result = await evaluateClasses(network(LOGITS), data, { batchSize, set: 'validation' });
      expect(result).toMatchObject({ kind: 'classes', set: 'validation', samples: 4, classes: ['a', 'b', 'c'] });
      // The last row is a tie, which the first class wins.
      expect(result.confusion).toEqual([
        [2, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
      ]);
      expect(result.accuracy).toBe(0.5);
      expect(result.mistakes.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
        [2, 2, 1],
        [1, 1, 0],
      ]);
      expect(result.mistakes[0]?.probability).toBeCloseTo(Math.exp(5) / (Math.exp(5) + 2), 6);
      expect(result.mistakes[1]?.probability).toBeCloseTo(Math.exp(3) / (Math.exp(3) + Math.E + 1), 6);
    }
  });

  test('logits, probabilities and their logarithms give the same', async () => {
    const fromLogits = await evaluateClasses(network(LOGITS), data);
    for (const outputs of [mapped(softmaxOf), mapped((row) => softmaxOf(row).map(Math.log))]) {
      const result = await evaluateClasses(network(outputs), data);
      expect(result.confusion).toEqual(fromLogits.confusion);
      for (const [i, { probability }] of result.mistakes.entries())
        expect(probability).toBeCloseTo(fromLogits.mistakes[i]?.probability as number, 6);
    }
    // Told that these are logits, they are taken as such.
    const told = await evaluateClasses(network(mapped(softmaxOf)), data, { output: 'logits' });
    expect(told.mistakes[0]?.probability).toBeLessThan(0.6);
  });

  test('pictures are the pixels of the data, stretched from black to white', async () => {
    const { mistakes } = await evaluateClasses(network(LOGITS), data);
    const pixels = await Promise.all(
      mistakes.map(async ({ image }) => {
        const png = Buffer.from((image as string).replace('data:image/png;base64,', ''), 'base64');
        // Eight bits of grey each, 2 × 2: as the header of the file says (PNG specification, chunk IHDR).
        expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([2, 2, 8, 0]);
        const raw = await sharp(png).toColourspace('b-w').raw().toBuffer();
        return [...raw];
      }),
    );
    // The data go from 0 to 200.
    const stretched = (values: readonly number[]) => values.map((v) => Math.round((v * 255) / 200));
    expect(pixels).toEqual([stretched([2, 12, 22, 50]), stretched([1, 11, 21, 100])]);
  });

  test('colours stay colours', async () => {
    const x = ndarray('float32', [2, 3, 1, 1], Float32Array.from([-1, 0, 1, 1, 1, -1]));
    const predict = async () =>
      tensor([
        [1, 0],
        [1, 0],
      ]);
    const y = ndarray('int32', [2], Int32Array.of(1, 1));
    const { mistakes } = await evaluateClasses(predict, { x, y, classes: ['p', 'q'] });
    const [first, second] = await Promise.all(
      mistakes.map(({ image }) =>
        sharp(Buffer.from((image as string).split(',')[1] as string, 'base64'))
          .raw()
          .toBuffer(),
      ),
    );
    expect([...(first as Buffer)]).toEqual([0, 128, 255]);
    expect([...(second as Buffer)]).toEqual([255, 255, 0]);
  });

  test("core's predictor fits, and rows without pictures have none", async () => {
    const model = sequential(linear(2, 2), softmax());
    const parameters = {
      '0.weight': tensor([
        [1, 0],
        [0, 1],
      ]),
      '0.bias': tensor([0, 0]),
    };
    const backend = referenceBackend();
    const predictor = await createPredictor({ model, parameters, sample: { shape: [2] }, backend });
    const x = tensor([
      [0, 3],
      [1, 0],
      [4, 0],
    ]);
    const y = ndarray('int32', [3], Int32Array.of(1, 0, 1));
    const result = await evaluateClasses(predictor.predict, { x, y, classes: ['p', 'q'] });
    expect(result.confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(result.mistakes).toHaveLength(1);
    expect(result.mistakes[0]).toMatchObject({ index: 2, image: null });
    expect(result.mistakes[0]?.probability).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
  });

  test('one number a sample tells two classes apart, when it is known what it is', async () => {
    const two = { ...data, y: ndarray('int32', [4], Int32Array.of(0, 1, 1, 0)), classes: ['no', 'yes'] };
    const rows = { 0: [0.1], 1: [0.8], 2: [0.3], 3: [0.5] };
    const result = await evaluateClasses(network(rows), two, { output: 'probabilities' });
    expect(result.confusion).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(result.mistakes.map(({ index, probability }) => [index, probability.toFixed(2)])).toEqual([[2, '0.70']]);
    await expect(evaluateClasses(network(rows), two)).rejects.toThrow(ShapeError);
  });

  test('ignored labels are left out, others that are no class are refused', async () => {
    const whole = await evaluateClasses(network(LOGITS), data);
    const y = ndarray('int32', [4], Int32Array.of(255, ...data.y.data.slice(1)));
    const result = await evaluateClasses(network(LOGITS), { ...data, y }, { ignoreIndex: 255 });
    expect(result.samples).toBe(3);
    expect(result.confusion.flat().reduce((a, b) => a + b)).toBe(3);
    expect(result.mistakes).toEqual(whole.mistakes.filter(({ index }) => index !== 0));
    await expect(evaluateClasses(network(LOGITS), { ...data, y })).rejects.toThrow(/label 255 in row 0/);
  });

  test('refuses what does not fit', async () => {
    const predict = network(LOGITS);
    await expect(evaluateClasses(predict, { ...data, classes: ['a', 'b'] })).rejects.toThrow(ShapeError);
    await expect(evaluateClasses(predict, { ...data, classes: [] })).rejects.toThrow(/evaluateNumbers/);
    await expect(evaluateClasses(predict, { ...data, y: ndarray('int32', [3], new Int32Array(3)) })).rejects.toThrow(
      /x \[4, 1, 2, 2\], y \[3\]/,
    );
    await expect(evaluateClasses(predict, data, { batchsize: 3 } as never)).rejects.toThrow(/no option 'batchsize'/);
    await expect(evaluateClasses(predict, data, { batchSize: 0 })).rejects.toThrow(ValueError);
    await expect(evaluateClasses(predict, data, { output: 'odds' as never })).rejects.toThrow(
      /logits or probabilities/,
    );
    const broken = network({ ...LOGITS, 2: [0, Number.NaN, 0] });
    await expect(evaluateClasses(broken, data, { batchSize: 2 })).rejects.toThrow(NumericError);
    await expect(evaluateClasses(broken, data, { batchSize: 2 })).rejects.toThrow(/NaN for sample 2/);
  });
});

describe('evaluateNumbers', () => {
  test('measures the errors', async () => {
    const x = tensor([[0], [1], [2], [3]]);
    const predict = async (rows: typeof x | { data: ArrayLike<number>; shape: readonly number[] }) =>
      tensor(Array.from({ length: rows.shape[0] as number }, (_, i) => [2 * (rows.data[i] as number)]));
    const y = ndarray('float32', [4], Float32Array.of(0, 1, 5, 6));
    const result = await evaluateNumbers(predict, { x, y }, { batchSize: 3, points: 2 });
    // Predictions 0, 2, 4, 6: errors 0, 1, −1, 0; the mean of the targets is 3, deviations −3, −2, 2, 3.
    expect(result).toEqual({
      kind: 'numbers',
      set: 'test',
      samples: 4,
      meanAbsoluteError: 0.5,
      rootMeanSquaredError: Math.sqrt(0.5),
      r2: 1 - 2 / 26,
      deviation: Math.sqrt(26 / 4),
      points: [
        { expected: 0, predicted: 0 },
        { expected: 5, predicted: 4 },
      ],
    });
    const flat = await evaluateNumbers(predict, { x, y: ndarray('float32', [4], new Float32Array(4)) });
    expect(flat.r2).toBe(0);
    expect(flat.points).toHaveLength(4);
  });

  test('of several arrays, with what the numbers are and their unit', async () => {
    const x = { a: tensor([[1], [2], [3]]), b: tensor([[10], [20], [30]]) };
    const predict = async ({ a, b }: typeof x) =>
      tensor(Array.from(a.data, (value, i) => [(value as number) + (b.data[i] as number)]));
    const y = ndarray('float32', [3, 1], Float32Array.of(11, 22, 36));
    const result = await evaluateNumbers(predict, { x, y }, { batchSize: 2, target: 'rent', unit: '€' });
    expect(result).toMatchObject({ samples: 3, meanAbsoluteError: 1, target: 'rent', unit: '€' });
    const short = { ...x, b: tensor([[10], [20]]) };
    await expect(evaluateNumbers(predict, { x: short, y })).rejects.toThrow(/x\.a \[3, 1\], x\.b \[2, 1\], y \[3, 1\]/);
  });
});

describe('evaluateLabels', () => {
  const x = tensor([[0], [1], [2], [3]]);
  // sklearn.metrics.precision_recall_fscore_support(y, logits >= 0, zero_division=0) of these.
  const logits = [
    [2, -1, -1],
    [0, 3, -2],
    [-1, -1, -3],
    [4, 1, -0.5],
  ];
  const y = ndarray('float32', [4, 3], Float32Array.from([1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1]));
  const predict = async ({ data }: { readonly data: ArrayLike<number> }) =>
    tensor(Array.from(data, (row) => logits[row] as number[]));
  const labels = ['a', 'b', 'c'];

  test('scores each label as scikit-learn does, batch by batch', async () => {
    const result = await evaluateLabels(predict, { x, y, labels }, { batchSize: 3, set: 'validation' });
    expect(result).toMatchObject({ kind: 'labels', set: 'validation', samples: 4, exactMatch: 0.5, labels });
    expect(result.scores).toEqual([
      { precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 },
      { precision: 1, recall: 1, f1: 1, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 1 },
    ]);
    expect(result.averages.macro.f1).toBeCloseTo(5 / 9, 12);
    expect(result.averages.weighted.f1).toBeCloseTo(4 / 6, 12);
  });

  test('probabilities are asked for by name, and what does not fit is refused', async () => {
    const sure = async (rows: typeof x) => {
      const { data, ...rest } = await predict(rows);
      return { ...rest, data: data.map((logit) => 1 / (1 + Math.exp(-logit))) };
    };
    const told = await evaluateLabels(sure, { x, y, labels }, { output: 'probabilities' });
    expect(told).toEqual(await evaluateLabels(predict, { x, y, labels }));
    await expect(evaluateLabels(predict, { x, y, labels: ['a'] })).rejects.toThrow(/y \[4, 3\] and 1 labels/);
    await expect(evaluateLabels(predict, { x, y, labels }, { output: 'logits' as never })).rejects.toThrow(/'logit'/);
    await expect(evaluateLabels(predict, { x, y, labels }, { batch: 2 } as never)).rejects.toThrow(/no option 'batch'/);
  });
});

describe('hashOfData', () => {
  const x = ndarray(
    'uint8',
    [3, 1, 2, 2],
    Uint8Array.from({ length: 12 }, (_, i) => i),
  );
  const y = ndarray('int32', [3], Int32Array.of(0, 1, 2));

  test('is SHA-256 over types, shapes and bytes', async () => {
    // hashlib.sha256(b'x uint8 3,1,2,2\n' + x.tobytes() + b'y int32 3\n' + y.tobytes()) of numpy's arrays.
    expect(hashOfData({ x, y })).toBe('048ce46d6236c10e1daafab6ef9be9cc587ca75196429a4b8987bce5afa83cb7');
    await expect(digestOfData({ x, y })).resolves.toBe(hashOfData({ x, y }));
  });

  test('sees rows of a larger buffer as they are, and any other shape or type', () => {
    const wide = ndarray('uint8', [3, 1, 2, 2], Uint8Array.from({ length: 20 }, (_, i) => i - 4).subarray(4, 16));
    expect(hashOfData({ x: wide, y })).toBe(hashOfData({ x, y }));
    const others = [
      { x: { ...x, shape: [3, 4] }, y },
      { x: { ...x, dtype: 'bool' as const }, y },
      { x, y: ndarray('int32', [3], Int32Array.of(0, 1, 3)) },
    ];
    expect(new Set([{ x, y }, ...others].map(hashOfData)).size).toBe(4);
  });
});

test('environment names machine and packages, and nothing private', () => {
  const found = environment();
  expect(found.node).toBe(process.versions.node);
  expect(found.cpu.cores).toBeGreaterThanOrEqual(1);
  expect(found.memory).toBeGreaterThan(2 ** 28);
  expect(Object.keys(found.packages)).toEqual(expect.arrayContaining(['@descent/core', '@descent/runs']));
  for (const version of Object.values(found.packages)) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  const told = JSON.stringify(found);
  for (const secret of [homedir(), process.cwd(), ...(hostname().length > 3 ? [hostname()] : [])]) {
    expect(told).not.toContain(secret);
  }
  expect(environment()).toEqual(found);
});
