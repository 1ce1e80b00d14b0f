import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectOnnx, loadOnnx, printModel, type QuantizeOptions, quantizeOnnx } from '@descent/backend-onnx';
import {
  conv2d,
  embedding,
  flatten,
  type Layer,
  linear,
  lstm,
  type NDArray,
  ndarray,
  relu,
  sequential,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { key, randint } from '@descent/core/random';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readModel } from '../src/inspect/source.ts';
import { addModel, DataType, floats, modelBytes, type TensorInit, value } from './craft.ts';
import { nodesOf } from './file-nodes.ts';
import { fileOf, plain, resnet, samples } from './quantize-networks.ts';

const calibration = samples(32, 1);
const evaluation = { inputs: samples(64, 2) };
const quick = { evaluation, speed: false, maxLoss: 1 } as const;

async function outputs(bytes: Uint8Array, x: NDArray): Promise<Float32Array> {
  const file = await loadOnnx(bytes, { threads: 1 });
  const { data } = await file.predict(x);
  file.dispose();
  return data as Float32Array;
}

/** The float32 constants of a file. */
async function constantsOf(bytes: Uint8Array): Promise<readonly number[]> {
  const { model } = await readModel('test', bytes);
  return (model.graph?.initializer ?? []).flatMap(({ dataType, rawData }) =>
    dataType === DataType.FLOAT ? Array.from(new Float32Array(rawData.slice().buffer)) : [],
  );
}

function relativeError(a: Float32Array, b: Float32Array): number {
  const squares = (f: (i: number) => number): number => Array.from(b, (_, i) => f(i) ** 2).reduce((x, y) => x + y, 0);
  return Math.sqrt(squares((i) => (a[i] as number) - (b[i] as number)) / squares((i) => b[i] as number));
}

describe('each scheme', () => {
  const schemes: readonly (readonly [
    string,
    Pick<QuantizeOptions, 'to'> & Partial<QuantizeOptions>,
    number,
    number,
  ])[] = [
    ['float16', { to: 'float16' }, 0.65, 1e-3],
    ['int8-weights', { to: 'int8-weights' }, 0.5, 0.02],
    ['int8-weights for the whole tensor', { to: 'int8-weights', perChannel: false }, 0.5, 0.03],
    ['int8', { to: 'int8', calibration }, 0.8, 0.05],
    ['int8 for the whole tensor', { to: 'int8', calibration, perChannel: false }, 0.8, 0.06],
    ['int8 with 7 bits', { to: 'int8', calibration, reduceRange: true }, 0.8, 0.08],
    ['int8 by percentile', { to: 'int8', calibration, method: 'percentile', percentile: 99.9 }, 0.8, 0.08],
    ['int8 by entropy', { to: 'int8', calibration, method: 'entropy' }, 0.8, 0.12],
  ];
  test.each(schemes)('%s is smaller, and computes nearly the same', async (_, options, size, error) => {
    const before = await fileOf(resnet);
    const { bytes, report } = await quantizeOnnx(before, { ...options, ...quick });
    const [a, b] = [await outputs(bytes, evaluation.inputs), await outputs(before, evaluation.inputs)];
    const found = relativeError(a, b);
    expect(found).toBeLessThan(error);
    // Something was rounded.
    expect(found).toBeGreaterThan(1e-6);
    expect(bytes.length).toBeLessThan(size * before.length);
    expect(report.size).toEqual({ before: before.length, after: bytes.length });
    expect(report.score).toMatchObject({ name: 'agreement', before: 1, samples: 64 });
    expect(report.layers.length).toBe(report.quantized);
    expect(report.layers.map((layer) => layer.error)).toEqual(
      [...report.layers.map((l) => l.error)].sort((x, y) => y - x),
    );
    // The last layer has the errors of all before it in it; float16 leaves its 80 numbers as they are.
    if (options.to !== 'float16') {
      expect(report.layers.find(({ op }) => op === 'Gemm')?.error).toBeCloseTo(found, 1);
    }
    const facts = await inspectOnnx(bytes);
    expect(JSON.parse(facts.metadata['descent.quantization'] as string)).toMatchObject({ scheme: options.to });
    expect(facts.inputs).toEqual((await inspectOnnx(before)).inputs);
    expect(facts.outputs).toEqual((await inspectOnnx(before)).outputs);
  });

  test('int8 folds batch norms, and leaves no float operator between layers but what ONNX Runtime fuses', async () => {
    const { bytes } = await quantizeOnnx(await fileOf(resnet), { to: 'int8', calibration, ...quick });
    const text = printModel(bytes);
    expect(text).not.toContain('BatchNormalization');
    expect(text).not.toContain('running_var');
    const { ops } = await inspectOnnx(bytes);
    const count = Object.fromEntries(ops.map((o) => [o.op, o.count]));
    expect(count).toMatchObject({ Conv: 3, Gemm: 1, Add: 1 });
    // Each tensor between layers is quantised once.
    expect(count['DequantizeLinear']).toBe((count['QuantizeLinear'] as number) + 4 + 4);
    // MaxPool has the grid of what it takes.
    const grids = [...text.matchAll(/(\w+)_raw = MaxPool\((\w+),/g)].map(([, y, x]) => [x, y]);
    for (const [x, y] of grids) {
      const grid = (name: string | undefined): unknown =>
        new RegExp(`${name}_quantized = QuantizeLinear\\(\\w+, (.*)\\)`).exec(text)?.[1];
      expect(grid(y)).toBe(grid(x));
    }
    expect(grids).toHaveLength(1);
  });

  test('int4 is an eighth and a scale for each block', async () => {
    const before = await fileOf(sequential(linear(128, 256), relu(), linear(256, 10)), [128]);
    const inputs = samples(64, 2, [128]);
    const { bytes, report } = await quantizeOnnx(before, { to: 'int4', ...quick, evaluation: { inputs } });
    // 4 bits and a float32 for 32 numbers are 5 bits a number.
    expect(bytes.length / before.length).toBeCloseTo(5 / 32, 1);
    expect(relativeError(await outputs(bytes, inputs), await outputs(before, inputs))).toBeLessThan(0.15);
    expect(report.quantized).toBe(2);
  });

  test('the grids of min-max are those of the definition', async () => {
    const w = ndarray('float32', [2, 3], Float32Array.of(1, -2, 0.5, 0, 0, 0));
    const bytes = gemm(w, [0.25, -3]);
    const x = ndarray('float32', [2, 3], Float32Array.of(-1, 0, 0, 3, 0, 0));
    const text = printModel(
      (await quantizeOnnx(bytes, { to: 'int8', calibration: x, evaluation: false, speed: false })).bytes,
    );
    // (3 − −1) / 255, and the integer for 0: round(1 / scale) = 64.
    expect(text).toContain('QuantizeLinear(x, 0.01568628, 64)');
    // 2 / 127 for the first channel; the second, all zeros, takes the scale that its bias needs.
    expect(text).toContain(`[0.01574803, `);
    const file = await loadOnnx((await quantizeOnnx(bytes, { to: 'int8', calibration: x, evaluation: false })).bytes);
    const { data } = await file.predict(ndarray('float32', [1, 3], Float32Array.of(0, 0, 0)));
    expect((data as Float32Array)[0]).toBeCloseTo(0.25, 3);
    // The bias of a channel without weights keeps all its digits.
    expect((data as Float32Array)[1]).toBeCloseTo(-3, 6);
    file.dispose();
  });

  test('blocks of 4 bits: the largest size becomes 0, the others multiples of an eighth of it', async () => {
    const w = Float32Array.from({ length: 32 }, (_, i) => (i === 5 ? -8 : (i % 7) - 3));
    const bytes = gemm(ndarray('float32', [1, 32], w), [0.5]);
    const { bytes: small } = await quantizeOnnx(bytes, { to: 'int4', evaluation: false });
    const one = (k: number): NDArray =>
      ndarray(
        'float32',
        [1, 32],
        Float32Array.from({ length: 32 }, (_, i) => (i === k ? 1 : 0)),
      );
    // −8/−8 = 1 is the scale: whole numbers stay.
    for (const k of [0, 5, 8, 31]) expect((await outputs(small, one(k)))[0]).toBeCloseTo((w[k] as number) + 0.5, 6);
  });
});

/** `y = x · wᵀ + bias`. */
function gemm({ shape, data }: NDArray, bias: readonly number[], more: object = {}): Uint8Array {
  const raw = (name: string, dims: readonly number[], numbers: Float32Array): TensorInit => ({
    name,
    dataType: DataType.FLOAT,
    dims: dims.map(BigInt),
    rawData: new Uint8Array(numbers.buffer),
  });
  return modelBytes(
    {
      input: [value('x', 1, ['n', shape[1] as number])],
      output: [value('y', 1, ['n', shape[0] as number])],
      initializer: [raw('w', shape, data as Float32Array), raw('b', [bias.length], Float32Array.from(bias))],
      node: [
        { opType: 'Gemm', input: ['x', 'w', 'b'], output: ['y'], attribute: [{ name: 'transB', type: 2, i: 1n }] },
      ],
    },
    more,
  );
}

describe('other networks', () => {
  const tokens = ndarray(
    'int32',
    [8, 6],
    Int32Array.from({ length: 48 }, (_, i) => (i * 7) % 50),
  );
  const text: Layer = sequential(
    embedding(50, 32),
    transformerEncoder(transformerEncoderLayer(32, 4, { dimFeedforward: 64, dropout: 0 }), 1),
    flatten(),
    linear(192, 3),
  );
  test.each(['int8', 'int8-weights', 'int4', 'float16'] as const)('a transformer of tokens becomes %s', async (to) => {
    const bytes = await fileOf(text, [6], { sample: { shape: [6], dtype: 'int32' } });
    const { bytes: small, report } = await quantizeOnnx(bytes, {
      to,
      ...(to === 'int8' && { calibration: tokens }),
      evaluation: { inputs: tokens },
      maxLoss: 1,
      speed: false,
    });
    expect(report.quantized).toBeGreaterThanOrEqual(5);
    expect(relativeError(await outputs(small, tokens), await outputs(bytes, tokens))).toBeLessThan(
      to === 'int4' ? 0.3 : 0.08,
    );
    if (to === 'int4') expect((await inspectOnnx(small)).opsets).toMatchObject({ 'com.microsoft': 1 });
  });

  test('recurrent weights are stored as int8, with the matrices of a linear layer', async () => {
    const model = sequential(lstm(8, 16), linear(16, 4)) as unknown as Layer;
    const bytes = await fileOf(model, [5, 8], { sample: { shape: [5, 8] } });
    const x = samples(4, 5, [5, 8]);
    const { bytes: small } = await quantizeOnnx(bytes, { to: 'int8-weights', evaluation: { inputs: x }, maxLoss: 1 });
    expect(relativeError(await outputs(small, x), await outputs(bytes, x))).toBeLessThan(0.05);
  });

  test('a column that a Gemm adds, one number for each sample, is no bias that a batch norm can be folded into', async () => {
    const constant = (name: string, dims: readonly number[], numbers: ArrayLike<number>): TensorInit => ({
      ...{ name, dataType: DataType.FLOAT, dims: dims.map(BigInt) },
      rawData: floats(...Array.from(numbers)),
    });
    const bytes = modelBytes({
      input: [value('x', DataType.FLOAT, [2, 32])],
      output: [value('y', DataType.FLOAT, [2, 2])],
      initializer: [
        constant('w', [32, 2], samples(1, 4, [64]).data),
        constant('c', [2, 1], [30, -30]),
        ...['scale', 'mean', 'var', 'b'].map((name, i) => constant(name, [2], [1 + i, 2])),
      ],
      node: [
        { opType: 'Gemm', input: ['x', 'w', 'c'], output: ['h'] },
        { opType: 'BatchNormalization', input: ['h', 'scale', 'b', 'mean', 'var'], output: ['y'] },
      ],
    });
    const x = samples(2, 5, [32]);
    const { bytes: small } = await quantizeOnnx(bytes, { to: 'int8', calibration: x, evaluation: false });
    expect(relativeError(await outputs(small, x), await outputs(bytes, x))).toBeLessThan(0.05);
  });

  test('several inputs are given by name, fixed batches are filled', async () => {
    const fixed = await fileOf(plain, [3, 8, 8], { batch: 4 });
    const { report } = await quantizeOnnx(fixed, {
      to: 'int8',
      calibration: { input: samples(10, 1) },
      evaluation: { inputs: { input: samples(7, 2) }, targets: ndarray('int32', [7], new Int32Array(7)) },
      maxLoss: 1,
    });
    // Of 7 samples a batch of 4 is whole.
    expect(report.score).toMatchObject({ name: 'accuracy', samples: 4 });
    expect(report.speed?.batch).toBe(4);
    const few = { to: 'int8', calibration: samples(3, 1), evaluation: false } as const;
    await expect(quantizeOnnx(fixed, few)).rejects.toThrow(/not enough samples for one batch/);
  });
});

describe('what is lost', () => {
  test('the report of random networks says what ONNX Runtime computes with both files', async () => {
    const whole = (seed: number, low: number, high: number): number => {
      const drawn = new Int32Array(1);
      randint(key(seed), drawn, low, high);
      return drawn[0] as number;
    };
    for (let seed = 0; seed < 6; seed++) {
      const [size, hidden, classes] = [whole(seed, 20, 80), whole(seed + 50, 16, 64), whole(seed + 100, 2, 9)];
      const isImage = seed % 2 === 0;
      const shape = isImage ? [2, 6, 6] : [size];
      const network = isImage
        ? sequential(conv2d(2, classes + 3, 3), relu(), flatten(), linear(16 * (classes + 3), classes))
        : sequential(linear(size, hidden), relu(), linear(hidden, classes));
      const before = await fileOf(network, shape);
      const inputs = samples(40, 200 + seed, shape);
      const targets = ndarray(
        'int32',
        [40],
        Int32Array.from({ length: 40 }, (_, i) => (i * 7 + seed) % classes),
      );
      const to = (['int8', 'int8-weights', 'float16'] as const)[seed % 3] as 'int8';
      const { bytes, report } = await quantizeOnnx(before, {
        ...{ to, evaluation: { inputs, targets }, speed: false, maxLoss: 1 },
        ...(to === 'int8' && { calibration: samples(16, 300 + seed, shape) }),
      });
      const right = async (file: Uint8Array): Promise<number> => {
        const said = await outputs(file, inputs);
        const classOf = (i: number): number => {
          const row = said.subarray(classes * i, classes * (i + 1));
          return row.indexOf(Math.max(...row));
        };
        return Array.from(targets.data).filter((wanted, i) => classOf(i) === wanted).length / 40;
      };
      expect(report.score).toEqual({
        ...{ name: 'accuracy', samples: 40 },
        ...{ before: await right(before), after: await right(bytes) },
      });
      expect(report.size).toEqual({ before: before.length, after: bytes.length });
      const few = { ...inputs, shape: [16, ...shape], data: inputs.data.slice(0, (inputs.data.length * 16) / 40) };
      const last = report.layers.find(({ op }) => op === 'Gemm' && report.layers.length > 1);
      if (last !== undefined && last.name === (await nodesOf(before)).at(-1)?.name)
        expect(last.error).toBeCloseTo(relativeError(await outputs(bytes, few), await outputs(before, few)), 6);
    }
  });

  test('a file that loses too much is refused, and not written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-quantize-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'small.onnx');
    const model = sequential(linear(32, 64), relu(), linear(64, 10));
    const bytes = await fileOf(model, [32]);
    const inputs = samples(200, 3, [32]);
    const options = { to: 'int4', evaluation: { inputs }, path, speed: false } as const;
    await expect(quantizeOnnx(bytes, { ...options, maxLoss: 0 })).rejects.toThrow(
      /loses more than is allowed[\s\S]*agreement 1\.0000 → 0\.\d+ on 200 samples, by int4[\s\S]*a loss of at most 0\n[\s\S]*exclude the layers/,
    );
    expect(existsSync(path)).toBe(false);
    const { bytes: small } = await quantizeOnnx(bytes, { ...options, maxLoss: 0.3 });
    expect(new Uint8Array(readFileSync(path))).toEqual(small);
  });

  test('scores are right shares of classes, of two classes by one number, and R² of numbers', async () => {
    const inputs = samples(50, 3, [32]);
    const score = async (out: number, more: object, targets?: NDArray) => {
      const bytes = await fileOf(sequential(linear(32, out)), [32], more);
      const wanted = await outputs(bytes, inputs);
      const given = targets === undefined ? undefined : targets;
      const evaluation = { inputs, ...(given !== undefined && { targets: given }) };
      const { report } = await quantizeOnnx(bytes, { to: 'float16', evaluation, maxLoss: 1, speed: false });
      return { score: report.score, wanted };
    };
    const { wanted } = await score(16, {});
    const classes = Int32Array.from({ length: 50 }, (_, i) => {
      const row = wanted.subarray(16 * i, 16 * i + 16);
      return i < 10 ? (row.indexOf(Math.max(...row)) + 1) % 16 : row.indexOf(Math.max(...row));
    });
    expect((await score(16, {}, ndarray('int32', [50], classes))).score).toMatchObject({
      name: 'accuracy',
      before: 0.8,
    });
    const numbers = await score(16, { output: 'values' }, ndarray('float32', [50, 16], wanted));
    expect(numbers.score).toMatchObject({ name: 'r2', before: 1 });
    expect(numbers.score?.after).toBeGreaterThan(0.999);
    await expect(score(16, {}, ndarray('int32', [49], new Int32Array(49)))).rejects.toThrow(
      /targets do not fit[\s\S]*\[49\][\s\S]*\[50\]/,
    );
  });

  test('targets that are no class, and outputs that are no number, are refused: both files would be equally wrong', async () => {
    const bytes = await fileOf(sequential(linear(32, 16)), [32]);
    const inputs = samples(50, 3, [32]);
    const by = (targets: unknown, file = bytes): Promise<unknown> =>
      quantizeOnnx(file, { to: 'float16', evaluation: { inputs, targets: targets as NDArray }, speed: false });
    for (const wrong of [16, -1, 0.5, Number.NaN]) {
      const targets = ndarray('float32', [50], new Float32Array(50).fill(wrong, 7, 8));
      await expect(by(targets)).rejects.toThrow(/no class of the model[\s\S]*at position 7[\s\S]*0 to 15/);
    }
    const given = (targets: number[], ignoreIndex?: unknown): Promise<{ report: { score: unknown } }> =>
      quantizeOnnx(bytes, {
        ...{ to: 'float16', speed: false, maxLoss: 1 },
        evaluation: {
          ...{ inputs, targets: ndarray('int32', [50], Int32Array.from(targets)) },
          ...(ignoreIndex !== undefined && { ignoreIndex: ignoreIndex as number }),
        },
      });
    const wanted = await outputs(bytes, inputs);
    const right = Array.from({ length: 50 }, (_, i) => {
      const row = wanted.subarray(16 * i, 16 * i + 16);
      return row.indexOf(Math.max(...row));
    });
    // What has no class counts nowhere.
    const border = right.map((c, i) => (i < 10 ? 255 : i < 20 ? (c + 1) % 16 : c));
    expect((await given(border, 255)).report.score).toMatchObject({ name: 'accuracy', before: 0.75 });
    expect((await given(border.map((c) => (c === 255 ? -100 : c)))).report.score).toMatchObject({ before: 0.75 });
    await expect(given(right.map(() => -100))).rejects.toThrow(/-100 everywhere/);
    await expect(given(right, 'none')).rejects.toThrow(/ignoreIndex/);
    const plainData = { dtype: 'int32', shape: [50], data: Array.from({ length: 50 }, () => 0) };
    await expect(by(plainData)).rejects.toThrow(/evaluation\.targets[\s\S]*not a Int32Array/);
    await expect(by([0, 1])).rejects.toThrow(/targets do not fit/);
    const nan = modelBytes({
      input: [value('x', DataType.FLOAT, ['n', 32])],
      output: [value('logits', DataType.FLOAT, ['n', 16])],
      initializer: [
        { name: 'w', dataType: DataType.FLOAT, dims: [32n, 16n], rawData: floats(...new Float32Array(512).fill(-1)) },
      ],
      node: [
        { opType: 'MatMul', input: ['x', 'w'], output: ['p'] },
        { opType: 'Sqrt', input: ['p'], output: ['logits'] },
      ],
    });
    await expect(by(undefined, nan)).rejects.toThrow(/before it was quantised[\s\S]*NaN at position/);
    const plainSamples = { ...inputs, data: Array.from(inputs.data) } as unknown as NDArray;
    await expect(quantizeOnnx(bytes, { to: 'float16', evaluation: { inputs: plainSamples } })).rejects.toThrow(
      /evaluation\.inputs[\s\S]*a Array, not a Float32Array/,
    );
  });

  test('excluded nodes stay as they are, by their names', async () => {
    const bytes = await fileOf(plain);
    const { bytes: small, report } = await quantizeOnnx(bytes, {
      to: 'int8',
      calibration,
      exclude: ['5'],
      ...quick,
    });
    expect(report.kept).toContainEqual({ name: '5', op: 'Gemm', reason: 'excluded' });
    expect(report.layers.map(({ name }) => name)).not.toContain('5');
    expect(printModel(small)).toMatch(/logits = Gemm\(\w+, 5\.weight: float32/);
    await expect(quantizeOnnx(bytes, { to: 'float16', exclude: ['nothing'], ...quick })).rejects.toThrow(
      /no such node[\s\S]*'nothing'/,
    );
  });
});

describe('what cannot be', () => {
  const model = (w: number[], more: object = {}): Uint8Array =>
    gemm(ndarray('float32', [1, w.length], Float32Array.from(w)), [0], more);
  const many = Array.from({ length: 256 }, (_, i) => i / 256);
  const x = samples(4, 1, [256]);

  test('weights and samples that are not finite are named', async () => {
    const bad = model(many.map((v, i) => (i === 7 ? Number.NaN : v)));
    for (const options of [
      { to: 'float16' },
      { to: 'int8-weights' },
      { to: 'int4' },
      { to: 'int8', calibration: x },
    ] as const) {
      await expect(quantizeOnnx(bad, { ...options, evaluation: false })).rejects.toThrow(
        /not finite[\s\S]*NaN at position 7 of 'w'/,
      );
    }
    const odd = { ...x, data: (x.data as Float32Array).map((v, i) => (i === 300 ? Number.POSITIVE_INFINITY : v)) };
    const good = model(many);
    await expect(quantizeOnnx(good, { to: 'int8', calibration: odd, evaluation: false })).rejects.toThrow(
      /calibration hold a number that is not finite[\s\S]*Infinity in sample 1/,
    );
    await expect(quantizeOnnx(good, { to: 'float16', evaluation: { inputs: odd } })).rejects.toThrow(
      /evaluation\.inputs hold a number/,
    );
  });

  test('no samples, other samples', async () => {
    const bytes = model(many);
    const none = ndarray('float32', [0, 256], new Float32Array(0));
    await expect(quantizeOnnx(bytes, { to: 'int8', calibration: none, evaluation: false })).rejects.toThrow(
      /calibration hold no sample/,
    );
    await expect(quantizeOnnx(bytes, { to: 'int8', calibration: { z: x }, evaluation: false })).rejects.toThrow(
      /an array \[n, …sample\] for 'x'/,
    );
    await expect(
      quantizeOnnx(bytes, { to: 'int8', calibration: samples(4, 1, [3]), evaluation: false }),
    ).rejects.toThrow(/does not fit/);
    await expect(quantizeOnnx(bytes, { to: 'int8', evaluation: false })).rejects.toThrow(
      /invalid calibration[\s\S]*int8-weights/,
    );
  });

  test('ranges of nothing but zeros, and constant channels, quantise', async () => {
    const zeros = { ...x, data: new Float32Array(x.data.length) };
    const { bytes } = await quantizeOnnx(model(many), { to: 'int8', calibration: zeros, evaluation: false });
    expect(Array.from(await outputs(bytes, zeros))).toEqual([0, 0, 0, 0]);
    const still = model(many.map(() => 0));
    for (const options of [{ to: 'int8-weights' }, { to: 'int4' }, { to: 'int8', calibration: x }] as const) {
      const { bytes: small } = await quantizeOnnx(still, { ...options, evaluation: { inputs: x } });
      expect(Array.from(await outputs(small, x))).toEqual([0, 0, 0, 0]);
    }
    const same = model(many.map(() => 0.3));
    const { bytes: constant } = await quantizeOnnx(same, { to: 'int8-weights', evaluation: false });
    expect(relativeError(await outputs(constant, x), await outputs(same, x))).toBeLessThan(1e-6);
  });

  test('a bias that is not finite is named; one whose steps are no float32 stays as it is', async () => {
    const rows = Array.from({ length: 2 * 256 }, (_, i) => Math.sin(i));
    const w = (factor: number): NDArray =>
      ndarray(
        'float32',
        [2, 256],
        Float32Array.from(rows, (v) => factor * v),
      );
    const options = { to: 'int8', evaluation: false } as const;
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      await expect(quantizeOnnx(gemm(w(1), [0, bad]), { ...options, calibration: x })).rejects.toThrow(
        /not finite[\s\S]*at position 1 of 'b'/,
      );
    }
    const scaled = (factor: number): NDArray<'float32'> => ({ ...x, data: x.data.map((v) => factor * v) });
    for (const [weight, input, bias] of [
      [1e15, 1e25, 1],
      [1e-25, 1e-25, 0],
      [0, 1e-30, 1e25],
    ] as const) {
      const before = gemm(w(weight), [bias, bias]);
      const { bytes } = await quantizeOnnx(before, { ...options, calibration: scaled(input) });
      const [a, b] = [await outputs(bytes, scaled(1e-3 * input)), await outputs(before, scaled(1e-3 * input))];
      expect(a.every(Number.isFinite)).toBe(b.every(Number.isFinite));
      expect((await constantsOf(bytes)).every(Number.isFinite)).toBe(true);
    }
  });

  test('numbers that are all the same have no R²: any file would seem as good', async () => {
    const bytes = await fileOf(sequential(linear(32, 16)), [32], { output: 'values' });
    const inputs = samples(9, 3, [32]);
    const targets = ndarray('float32', [9, 16], new Float32Array(9 * 16).fill(0.1));
    await expect(quantizeOnnx(bytes, { to: 'float16', evaluation: { inputs, targets }, speed: false })).rejects.toThrow(
      /targets are the same number everywhere/,
    );
    const one = await fileOf(sequential(linear(256, 1)), [256], { output: 'values' });
    await expect(
      quantizeOnnx(one, { to: 'float16', evaluation: { inputs: samples(1, 3, [256]) }, speed: false }),
    ).rejects.toThrow(/gives the same number everywhere[\s\S]*samples whose numbers differ/);
  });

  test('calibration that shows nothing of the network, or too much, gives finite grids, and what they lose is found', async () => {
    const network = sequential(conv2d(3, 4, 3), relu(), flatten(), linear(144, 6));
    const bytes = await fileOf(network);
    const inputs = samples(64, 2);
    const like = (of: (v: number) => number, n = 4): NDArray => {
      const drawn = samples(n, 1);
      return { ...drawn, data: drawn.data.map(of) };
    };
    const odd = [
      ['min-max', like(() => 0)],
      ['entropy', like(() => 0)],
      ['percentile', like(() => 0.7)],
      ['entropy', like((v) => 1e37 * v)],
      ['percentile', like((v) => 1e-42 * v)],
      ['min-max', like((v) => v, 1)],
    ] as const;
    for (const [method, calibration] of odd) {
      const options = { to: 'int8', calibration, method, speed: false, evaluation: { inputs } } as const;
      const { bytes: made, report } = await quantizeOnnx(bytes, { ...options, maxLoss: 1 });
      expect((await constantsOf(made)).every(Number.isFinite)).toBe(true);
      expect((await outputs(made, inputs)).every(Number.isFinite)).toBe(true);
      const lost = 1 - (report.score?.after as number);
      if (calibration === odd[5][1]) expect(lost).toBeLessThan(0.2);
      else if (calibration === odd[0][1]) {
        expect(lost).toBeGreaterThan(0);
        await expect(quantizeOnnx(bytes, { ...options, maxLoss: 0.99 * lost })).rejects.toThrow(/loses more than/);
      }
    }
  });

  test('opsets without DequantizeLinear, or without its axis', async () => {
    const old = (version: bigint): Uint8Array => model(many, { opsetImport: [{ domain: '', version }], irVersion: 6n });
    const options = { to: 'int8-weights', evaluation: false } as const;
    await expect(quantizeOnnx(old(9n), options)).rejects.toThrow(
      /opset of the file is too low[\s\S]*opset 9[\s\S]*at least 13/,
    );
    await expect(quantizeOnnx(old(12n), options)).rejects.toThrow(/or give perChannel: false/);
    const { bytes } = await quantizeOnnx(old(12n), { ...options, perChannel: false });
    expect(relativeError(await outputs(bytes, x), await outputs(old(12n), x))).toBeLessThan(0.02);
    await quantizeOnnx(old(9n), { to: 'float16', evaluation: false });
  });

  test('what has no weights, and what is quantised already', async () => {
    const add = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [3n], rawData: floats(1, 2, 3) }, 3);
    await expect(quantizeOnnx(add, { to: 'int8-weights', evaluation: false })).rejects.toThrow(
      /nothing in the model that could be quantised/,
    );
    const { bytes } = await quantizeOnnx(model(many), { to: 'int8-weights', evaluation: false });
    await expect(quantizeOnnx(bytes, { to: 'int8-weights', evaluation: false })).rejects.toThrow(/quantised already/);
  });

  test('numbers beyond float16 stay as they are', async () => {
    const huge = model(many.map((v) => v * 1e6));
    await expect(quantizeOnnx(huge, { to: 'float16', evaluation: false })).rejects.toThrow(/above 65504/);
  });

  test('options without effect, of other types and misspelt', async () => {
    const bytes = model(many);
    const tries: readonly (readonly [object, RegExp])[] = [
      [{ to: 'int9' }, /invalid to[\s\S]*'int8'/],
      [{ to: 'float16', calibration: x }, /calibration has no effect/],
      [{ to: 'float16', perChannel: true }, /perChannel has no effect/],
      [{ to: 'int8', calibration: x, percentile: 99 }, /percentile has no effect/],
      [{ to: 'int8', calibration: x, method: 'percentile', percentile: 0.99 }, /invalid percentile/],
      [{ to: 'int8', calibration: x, method: 'kl' }, /invalid method/],
      [{ to: 'int4', blockSize: 20 }, /invalid blockSize/],
      [{ to: 'float16', maxLoss: 0.1 }, /maxLoss has no effect/],
      [{ to: 'float16', evaluation: undefined }, /invalid evaluation/],
      [{ to: 'float16', evaluation: { inputs: x }, maxLoss: -1 }, /invalid maxLoss/],
      [{ to: 'float16', evaluation: { x } }, /invalid evaluation/],
      [{ to: 'float16', speed: 'no' }, /invalid speed/],
      [{ to: 'float16', exclude: 'y' }, /invalid exclude/],
      [{ to: 'float16', calibrate: x }, /calibration/],
    ];
    for (const [options, message] of tries) {
      await expect(quantizeOnnx(bytes, { evaluation: false, ...options } as QuantizeOptions)).rejects.toThrow(message);
    }
  });
});
