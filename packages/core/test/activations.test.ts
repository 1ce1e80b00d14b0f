import { describe, expect, test } from 'vitest';
import type { NDArray, Node } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { backend, numbersOf, run } from './_reference.ts';

const ELEMENTWISE: Readonly<Record<string, (x: Node) => Node>> = {
  celu: ops.celu,
  'celu, alpha 2': (x) => ops.celu(x, 2),
  elu: ops.elu,
  gelu: ops.gelu,
  'gelu, approximated': (x) => ops.gelu(x, { approximate: 'tanh' }),
  hardsigmoid: ops.hardsigmoid,
  hardswish: ops.hardswish,
  hardtanh: ops.hardtanh,
  leakyRelu: ops.leakyRelu,
  logSigmoid: ops.logSigmoid,
  mish: ops.mish,
  prelu: (x) => ops.prelu(x, ops.constant(d.tensor([0.25]))),
  relu6: ops.relu6,
  selu: ops.selu,
  silu: ops.silu,
  softplus: ops.softplus,
  'softplus, beta 3, threshold 2': (x) => ops.softplus(x, { beta: 3, threshold: 2 }),
  softsign: ops.softsign,
};

describe.each(Object.entries(ELEMENTWISE))('%s', (_, f) => {
  const x = ops.input('x', [6]);
  const y = f(x);
  const outputs = { y, gradient: d.gradients(ops.sum(y), [x])[0] as Node };

  test('has finite values and gradients far from 0', async () => {
    const out = await run(outputs, { x: d.tensor([1e4, -1e4, 1e18, -1e18, 88.7, -104]) }, backend);
    for (const array of Object.values(out)) {
      expect([...(array as NDArray).data].filter((v) => !Number.isFinite(v))).toEqual([]);
    }
  });

  test('gives NaN for NaN, and shares nothing among elements', async () => {
    const { y: given } = await run(outputs, { x: d.tensor([Number.NaN, 0.5, -0.5, 2, Number.NaN, -7]) }, backend);
    expect([...(given as NDArray).data].map(Number.isNaN)).toEqual([true, false, false, false, true, false]);
  });
});

test('small numbers keep their digits', async () => {
  const x = d.tensor([-1e-6, 1e-6]);
  for (const f of [ops.elu, ops.celu, ops.softsign]) {
    const [below, above] = (await numbersOf(f(ops.constant(x)))) as [number, number];
    expect(below / -1e-6).toBeCloseTo(1, 5);
    expect(above / 1e-6).toBeCloseTo(1, 5);
  }
});

const sample = { shape: [4, 2] };
const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'a slope that is no number': [() => d.leakyRelu('0.1' as never), /leakyRelu was given an invalid negativeSlope/],
  'a slope among options': [() => d.leakyRelu({ negativeSlope: 0.1 } as never), /invalid negativeSlope/],
  'NaN for alpha': [() => d.elu(Number.NaN), /elu was given an invalid alpha/],
  'alpha 0 of celu': [() => d.celu(0), /a finite number of more than 0/],
  'an approximation that there is not': [() => d.gelu({ approximate: 'erf' as never }), /'none', 'tanh'/],
  'a misspelt option': [() => d.gelu({ aproximate: 'tanh' } as never), /did you mean 'approximate'/],
  'bounds the other way round': [() => d.hardtanh(1, -1), /minVal 1 and maxVal -1/],
  'bounds that are equal': [() => d.hardtanh(1, 1), /less than maxVal/],
  'beta 0': [() => d.softplus({ beta: 0 }), /softplus was given an invalid beta/],
  'an infinite threshold': [() => d.softplus({ threshold: Number.POSITIVE_INFINITY }), /invalid threshold/],
  'no slopes': [() => d.prelu({ numParameters: 0 }), /an integer of at least 1/],
  'slopes of other channels': [() => d.summarize(d.prelu({ numParameters: 3 }), sample), /slopes \[3\]/],
  'slopes without channels': [() => ops.prelu(ops.input('x', [3]), ops.input('w', [3])), /other slopes/],
  'slopes of two axes': [() => ops.prelu(ops.input('x', [3, 1]), ops.input('w', [1, 1])), /other slopes/],
  'an odd number of features': [() => d.summarize(d.glu(), { shape: [3] }), /glu cannot halve its input/],
  'half a batch': [() => d.summarize(d.glu({ axis: 0 }), sample), /glu cannot halve its input/],
  'an axis that there is not': [() => d.summarize(d.glu({ axis: 5 }), sample), /axis/],
  bytes: [() => d.summarize(d.silu(), { shape: [2], dtype: 'uint8' }), /rescale/],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});

test('labels say what differs from the usual', () => {
  const layers = [d.gelu(), d.gelu({ approximate: 'tanh' }), d.leakyRelu(0.2), d.elu(), d.hardtanh(0, 2), d.prelu()];
  expect(layers.map(({ label }) => label)).toEqual([
    'gelu',
    'gelu(tanh)',
    'leakyRelu(0.2)',
    'elu',
    'hardtanh(0 … 2)',
    'prelu(1)',
  ]);
});
