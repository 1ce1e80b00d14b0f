import { describe, expect, test } from 'vitest';
import {
  areProbabilities,
  classProbabilities,
  createPredictor,
  crossEntropy,
  flatten,
  initParameters,
  type Layer,
  linear,
  logSoftmax,
  mse,
  type Node,
  outputKind,
  outputKindOf,
  relu,
  sequential,
  sigmoid,
  softmax,
  tensor,
  topK,
} from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { values } from '../src/public/testing.ts';
import { backend } from './_reference.ts';

const layer = (label: string, apply: (x: Node) => Node): Layer => ({ label, parameters: [], apply });
const last = { axes: [1], keepDims: true };

describe('what an output is shows in its graph', () => {
  test.each<readonly [string, Layer, string]>([
    ['a linear layer', linear(4, 3), 'logits'],
    ['a linear layer of one unit', linear(4, 1), 'values'],
    ['softmax', sequential(linear(4, 3), softmax()), 'probabilities'],
    ['logSoftmax', sequential(linear(4, 3), logSoftmax()), 'log-probabilities'],
    ['a sigmoid of one unit', sequential(linear(4, 1), sigmoid()), 'probabilities'],
    ['a sigmoid of each class', sequential(linear(4, 3), sigmoid()), 'probabilities'],
    ['relu', sequential(linear(4, 3), relu()), 'logits'],
    ['softmax and flatten', sequential(linear(4, 3), softmax(), flatten()), 'probabilities'],
    ['a network in a network', sequential(linear(4, 4), sequential(linear(4, 3), softmax())), 'probabilities'],
    ['a softmax in the middle', sequential(linear(4, 3), softmax(), linear(3, 3)), 'logits'],
    ['a softmax over the batch', sequential(linear(4, 3), softmax({ axis: 0 })), 'values'],
  ])('%s', (_, model, kind) => {
    expect(outputKind(model, { shape: [4] })).toBe(kind);
  });

  test.each<readonly [string, (x: Node) => Node, string]>([
    [
      'e^x / Σ e^x',
      (x) => {
        const e = ops.exp(x);
        return ops.div(e, ops.sum(e, last));
      },
      'probabilities',
    ],
    [
      'the same, the maximum taken out',
      (x) => {
        const e = ops.exp(ops.sub(x, ops.max(x, last)));
        return ops.div(e, ops.broadcastTo(ops.sum(e, last), e.type.shape));
      },
      'probabilities',
    ],
    ['x − ln Σ e^x', (x) => ops.sub(x, ops.log(ops.sum(ops.exp(x), last))), 'log-probabilities'],
    [
      'the same, the maximum taken out',
      (x) => {
        const m = ops.max(x, last);
        return ops.sub(x, ops.add(m, ops.log(ops.sum(ops.exp(ops.sub(x, m)), last))));
      },
      'log-probabilities',
    ],
    ['the exponential of logSoftmax', (x) => ops.exp(ops.logSoftmax(x)), 'probabilities'],
    ['the logarithm of softmax', (x) => ops.log(ops.softmax(x)), 'log-probabilities'],
    ['1 / (1 + e^-x)', (x) => ops.div(1, ops.add(ops.exp(ops.neg(x)), 1)), 'probabilities'],
    ['a sigmoid by tanh', (x) => ops.mul(ops.add(ops.tanh(ops.mul(x, 0.5)), 1), 0.5), 'probabilities'],
    ['the opposite of a sigmoid', (x) => ops.sub(1, ops.sigmoid(x)), 'probabilities'],
    [
      'no and yes',
      (x) => {
        const p = ops.sigmoid(ops.slice(x, { axis: 1, end: 1 }));
        return ops.concat([ops.sub(1, p), p], 1);
      },
      'probabilities',
    ],
    ['the logarithm of a sigmoid', (x) => ops.neg(ops.softplus(ops.neg(x))), 'log-probabilities'],
    ['bounded probabilities', (x) => ops.minimum(ops.maximum(ops.softmax(x), 1e-7), 1), 'probabilities'],
    [
      'the mean of two softmaxes',
      (x) => ops.mul(ops.add(ops.softmax(x), ops.softmax(ops.neg(x))), 0.5),
      'probabilities',
    ],
    ['relu of probabilities', (x) => ops.relu(ops.softmax(x)), 'probabilities'],
    ['a little more than a softmax', (x) => ops.add(ops.softmax(x), 1e-7), 'probabilities'],
    ['its logarithm', (x) => ops.log(ops.add(1e-12, ops.softmax(x))), 'log-probabilities'],
    ['a sigmoid by half a tanh', (x) => ops.add(ops.mul(0.5, ops.tanh(x)), 0.5), 'probabilities'],
    [
      'shares of numbers of at least 0',
      (x) => {
        const positive = ops.softplus(x);
        return ops.div(positive, ops.add(ops.sum(positive, last), 1e-8));
      },
      'probabilities',
    ],
    [
      'shares of squares',
      (x) => {
        const square = ops.mul(x, x);
        return ops.div(square, ops.sum(square, last));
      },
      'probabilities',
    ],
    ['shares of any numbers', (x) => ops.div(x, ops.sum(x, last)), 'logits'],
    ['chosen probabilities', (x) => ops.where(ops.greater(x, 0), ops.softmax(x), 0), 'probabilities'],
    ['chosen logarithms', (x) => ops.where(ops.greater(x, 0), ops.logSoftmax(x), -100), 'log-probabilities'],
    ['logits or nothing', (x) => ops.where(ops.greater(x, 0), x, -1e9), 'logits'],
    ['probabilities around 0', (x) => ops.sub(ops.mul(ops.softmax(x), 2), 1), 'values'],
    ['surprisal', (x) => ops.neg(ops.logSoftmax(x)), 'values'],
    ['surprisal in bits', (x) => ops.div(ops.logSoftmax(x), -Math.LN2), 'values'],
    ['squares of probabilities', (x) => ops.pow(ops.softmax(x), ops.scalar(2)), 'values'],
    ['products of probabilities', (x) => ops.mul(ops.softmax(x), ops.sigmoid(x)), 'values'],
    ['a softer logSoftmax', (x) => ops.mul(ops.logSoftmax(x), 0.5), 'logits'],
    ['a gated sum', (x) => ops.mul(x, ops.sigmoid(x)), 'logits'],
    ['per cent', (x) => ops.mul(ops.softmax(x), 100), 'values'],
    ['a quotient of something else', (x) => ops.div(ops.exp(x), ops.sum(ops.exp(ops.neg(x)), last)), 'logits'],
    ['e^x', (x) => ops.exp(x), 'logits'],
  ])('written out: %s', (_, apply, kind) => {
    expect(outputKind(sequential(linear(4, 3), layer('own', apply)), { shape: [4] })).toBe(kind);
  });

  test('a long chain of sums is no reason to fail', () => {
    let x: Node = ops.input('x', [2, 3]);
    for (let i = 0; i < 50_000; i++) x = ops.add(x, ops.input('y', [2, 3]));
    expect(outputKindOf(x)).toBe('logits');
  });

  test('a loss says what the graph does not', () => {
    const sample = { shape: [4] };
    expect(outputKind(linear(4, 3), sample, mse())).toBe('values');
    expect(outputKind(linear(4, 3), sample, crossEntropy())).toBe('logits');
    expect(outputKind(sequential(linear(4, 3), softmax()), sample, crossEntropy())).toBe('probabilities');
    expect(outputKind(linear(4, 1), sample, { label: 'own', output: 'logit', apply: (x) => x })).toBe('logit');
  });
});

describe('classes and their probabilities', () => {
  const probabilities = (output: Parameters<typeof topK>[0], options: Parameters<typeof topK>[1] = {}) =>
    (topK(output, options)[0] ?? []).map((p) => [p.index, Number(p.probability.toFixed(4))]);

  test('what is no array and no list of names is refused', () => {
    // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may give.
    const plain = [[1, 2, 3]] as any;
    expect(() => topK(plain)).toThrow(/the output is no array with a shape/);
    // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may give.
    for (const labels of ['abc', [1, 2, 3], null] as any[])
      expect(() => topK(tensor(plain), { labels })).toThrow(/labels is not a list of names/);
  });

  test('no second softmax', async () => {
    const model = sequential(linear(2, 3), softmax());
    const predictor = await createPredictor({
      model,
      parameters: initParameters(model, 1),
      sample: { shape: [2] },
      backend,
    });
    const x = values([4, 2], 1);
    const output = await predictor.predict(x);
    expect(predictor.outputKind).toBe('probabilities');
    const rows = await predictor.topK(x, { labels: ['a', 'b', 'c'] });
    for (const [i, row] of rows.entries()) {
      for (const { index, probability } of row) expect(probability).toBe(output.data[i * 3 + index]);
    }
    // Also where nothing but the numbers is known.
    expect(topK(output, { labels: ['a', 'b', 'c'] })).toEqual(rows);
    expect(probabilities(tensor([[1, 0, 0]]))).toEqual([
      [0, 1],
      [1, 0],
      [2, 0],
    ]);
  });

  test('of each kind of output', () => {
    const p = [0.25, 0.75];
    for (const [row, output] of [
      [p, 'probabilities'],
      [p.map(Math.log), 'log-probabilities'],
      [p.map(Math.log), 'logits'],
      [p.map((v) => Math.log(v / (1 - v))), 'logit'],
      [[0.75], 'probabilities'],
      [[Math.log(3)], 'logit'],
      [[Math.log(0.75)], 'log-probabilities'],
    ] as const)
      expect(probabilities(tensor([[...row]]), { output })).toEqual([
        [1, 0.75],
        [0, 0.25],
      ]);
    expect(probabilities(tensor([[0.1]]), { output: 'probabilities' })[0]).toEqual([0, 0.9]);
    expect(probabilities(tensor([[0.9, 0.8, 0.1]]), { output: 'probabilities' })[0]).toEqual([0, 0.9]);
  });

  test('what is no choice among classes is refused', () => {
    expect(() => topK(tensor([[0.5]]))).toThrow(/one number a sample is no choice.*\n.*\n.*\n.*output: 'logit'/);
    expect(() => topK(tensor([[0.5]]), { output: 'logits' })).toThrow(/two outputs/);
    expect(() => topK(tensor([[1, 2]]), { output: 'values' })).toThrow(/stand for themselves/);
    expect(() => topK(tensor([[1, 2]]), { output: 'percent' as never })).toThrow(/no such output\n.*percent/);
    expect(() =>
      topK(
        tensor([
          [1, 2],
          [Number.NaN, 0],
        ]),
      ),
    ).toThrow(/NaN in row 1/);
    expect(() => topK(tensor([[3, -1]]), { output: 'probabilities' })).toThrow(/3 as a probability, in row 0/);
    expect(() => topK(tensor([[3, -1]]), { output: 'log-probabilities' })).toThrow(/logarithms of numbers/);
    expect(() => topK(tensor([1, 2]))).toThrow(/\[batch, classes\]/);
  });

  test('huge logits, and such as are infinite', () => {
    expect(classProbabilities(tensor([[1e30, 0, -1e30]]), 'logits').rows[0]).toEqual(Float64Array.of(1, 0, 0));
    const infinite = tensor([[Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]]);
    expect(classProbabilities(infinite, 'logits').rows[0]).toEqual(Float64Array.of(1, 0, 0));
  });

  test('an output with axes of one pixel', () => {
    const output = { ...tensor([[0.25, 0.75]]), shape: [1, 2, 1, 1] };
    expect(topK(output)).toEqual(topK(tensor([[0.25, 0.75]])));
    expect(() => topK({ ...tensor([[1, 2, 3, 4]]), shape: [1, 2, 2, 1] })).toThrow(/\[batch, classes\]/);
  });

  test('rows that are probabilities', () => {
    expect(
      areProbabilities(
        tensor([
          [0.5, 0.5],
          [0, 1],
        ]),
      ),
    ).toBe(true);
    expect(
      areProbabilities(
        tensor([
          [0.5, 0.5],
          [0, 1.1],
        ]),
      ),
    ).toBe(false);
    expect(areProbabilities(tensor([[1.5, -0.5]]))).toBe(false);
    expect(areProbabilities(tensor([[1], [1]]))).toBe(false);
  });
});
