import { DescentError, type NDArray, ndarray } from '@descent/core';
import { graph, type Node } from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { evaluate } from '../compare.ts';
import { once } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

/** Relative to the value itself, however small it is: a few units in the last place of float32. */
const LIMIT = 1e-6;
/** Near the least float32 there are fewer digits, and some engines have none. */
const LEAST = 1e-37;

interface Curve {
  readonly of: (x: Node) => Node;
  /** Which of the samples it is for. Default: all. */
  readonly domain?: (x: number) => boolean;
  /** Where its values lie. */
  readonly range?: readonly [low: number, high: number];
}

const CURVES: Readonly<Record<string, Curve>> = {
  sigmoid: { of: ops.sigmoid, range: [0, 1] },
  tanh: { of: ops.tanh, range: [-1, 1] },
  erf: { of: ops.erf, range: [-1, 1] },
  exp: { of: ops.exp, domain: (x) => x < 88 },
  log: { of: ops.log, domain: (x) => x > 0 },
  sqrt: { of: ops.sqrt, domain: (x) => x >= 0 },
  sin: { of: ops.sin, range: [-1, 1] },
  cos: { of: ops.cos, range: [-1, 1] },
  log1p: { of: ops.log1p, domain: (x) => x > -1 },
  softplus: { of: ops.softplus },

  'the loss of a logit': { of: (x) => ops.bceWithLogits(x, ops.cast(ops.greater(x, 0), 'float32')) },
  'softmax of two': { of: (x) => ops.softmax(besideZero(x)), range: [0, 1] },
};

/** `[n]` → `[n, 2]`, with zeros in the second column. */
function besideZero(x: Node): Node {
  const column = ops.reshape(x, [...x.type.shape, 1]);
  return ops.pad(column, [0, 0], [0, 1]);
}

/** From -100 to 100 in steps of 1/50, and powers of ten down to 1e-30. */
const SAMPLES: readonly number[] = [
  ...Array.from({ length: 10_001 }, (_, i) => i / 50 - 100),
  ...Array.from({ length: 300 }, (_, i) => 10 ** (-i / 10)),
  ...Array.from({ length: 300 }, (_, i) => -(10 ** (-i / 10))),
];

/** Functions of one number against float64, sample by sample: an absolute error would hide that small values have no digit right. */
export function accuracyTests(): readonly ConformanceTest[] {
  return Object.entries(CURVES).map(([name, curve]) => ({
    name: `accuracy/${name}`,
    run: expectAccurate(curve),
  }));
}

function expectAccurate({ of, domain = () => true, range }: Curve): ConformanceTest['run'] {
  const samples = Float32Array.from(SAMPLES.filter(domain));
  const g = graph({ y: of(ops.input('x', [samples.length])) });
  const exact = { x: ndarray('float64', [samples.length], Float64Array.from(samples)) };
  const computed = once(() => evaluate(referenceBackend({ precision: 'float64' }), g, exact));
  return async (backend) => {
    const { y: expected } = await computed();
    const { y: actual } = await evaluate(backend, g, { x: ndarray('float32', [samples.length], samples) });
    const [e, a] = [(expected as NDArray).data, (actual as NDArray).data];
    const columns = e.length / samples.length;
    for (let i = 0; i < e.length; i++) {
      const [wanted, got] = [e[i] as number, a[i] as number];
      const isClose = Math.abs(got - wanted) <= Math.max(LIMIT * Math.abs(wanted), LEAST);
      if (isClose && (range === undefined || (got >= range[0] && got <= range[1]))) continue;
      throw new DescentError(`is not right to ${LIMIT} of its value`, {
        path: `x = ${samples[Math.floor(i / columns)]}`,
        received: String(got),
        expected: range === undefined ? String(wanted) : `${wanted}, from ${range[0]} to ${range[1]}`,
      });
    }
  };
}
