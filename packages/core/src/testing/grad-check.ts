import { gradients } from '../autodiff/gradients.ts';
import type { Backend } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { NumericError, ShapeError, ValueError } from '../errors.ts';
import { expectGiven } from '../ir/given.ts';
import { graph } from '../ir/graph.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { input } from '../ops/leaf/input.ts';
import { expectKind, expectOptions } from '../options.ts';
import { referenceBackend } from '../reference/backend.ts';
import { numericalGradient } from './numerics.ts';

export interface GradCheckOptions {
  /** Whose gradients are checked. Default: the float64 reference interpreter. */
  readonly backend?: Backend;
  /** Half the distance of the finite differences, which are always computed in float64. Default 1e-6, as in PyTorch's `gradcheck`. */
  readonly eps?: number;
  /** Largest difference is `atol + rtol · |expected|`. Default 1e-5 in float64; 1e-4 with a `backend`, since those compute in float32. */
  readonly atol?: number;
  /** Default 1e-3. */
  readonly rtol?: number;
}

export interface GradCheckResult {
  /** Elements that were compared. */
  readonly checked: number;
  readonly maxAbsDifference: number;
}

/**
 * Compares the gradient of a scalar function of tensors with central finite differences, with respect to every float argument: for own ops, layers
 * and losses. Two evaluations for each element, so keep the arguments small, and away from kinks such as that of `relu` at 0.
 * @throws NumericError naming the argument and element that differ most; ShapeError when the result is no scalar.
 */
export async function gradCheck(
  f: (...args: readonly Node[]) => Node,
  args: readonly NDArray[],
  options: GradCheckOptions = {},
): Promise<GradCheckResult> {
  expectKind('gradCheck', f, 'function', '(x) => sum(mul(x, x))');
  expectKind('args', args, 'list', '[tensor([1, 2])]');
  for (const [i, array] of args.entries()) hostArray(`args[${i}]`, array);
  expectOptions('gradCheck', options, ['backend', 'eps', 'atol', 'rtol']);
  const { backend, eps = 1e-6, atol = backend === undefined ? 1e-5 : 1e-4, rtol = 1e-3 } = options;
  if (backend !== undefined) expectBackend('backend', backend);
  for (const [path, value] of Object.entries({ eps, atol, rtol })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new ValueError('gradCheck was given an invalid option', {
      path,
      received: String(value),
      expected: 'above 0',
    });
  }
  const inputs = args.map(({ dtype, shape }, i) => input(`arg${i}`, shape, dtype === 'float64' ? 'float32' : dtype));
  const wrt = inputs.flatMap(({ type }, i) => (type.dtype === 'float32' ? [i] : []));
  if (wrt.length === 0) {
    throw new ValueError('there is nothing to differentiate with respect to', {
      received: args.map(({ dtype, shape }) => `${dtype}${formatShape(shape)}`).join(', ') || 'no argument',
      expected: 'at least one argument of type float32 or float64',
    });
  }
  const value = f(...inputs);
  expectGiven('the function of gradCheck', value);
  if (value.type.shape.length !== 0) {
    throw new ShapeError('the function does not give a single number', {
      received: formatShape(value.type.shape),
      expected: '[]',
      fix: 'end it with sum(…) or mean(…)',
    });
  }
  const grads = gradients(
    value,
    wrt.map((i) => inputs[i] as Node),
  );
  const exact = referenceBackend({ precision: 'float64' });
  const run = async (on: Backend, outputs: Readonly<Record<string, Node>>) => {
    const traced = graph(outputs);
    const executable = await on.compile({ graph: traced, reads: [], writes: [] });
    // What the function does not use is no input of the graph.
    const names = [...programInputs({ graph: traced }).keys()];
    const feedsOf = (values: readonly NDArray[]) =>
      Object.fromEntries(values.map((a, i) => [`arg${i}`, a] as const).filter(([name]) => names.includes(name)));
    return { at: (values: readonly NDArray[]) => executable.run(feedsOf(values)), end: () => executable.dispose() };
  };
  const own = await run(backend ?? exact, Object.fromEntries(grads.map((g, i) => [`grad${wrt[i]}`, g])));
  const scalar = await run(exact, { value });
  try {
    const actual = await own.at(backend === undefined ? args : args.map(asFloat32));
    const valueAt = async (values: readonly NDArray[]): Promise<number> =>
      (await scalar.at(values))['value']?.data[0] as number;
    let [checked, maxAbsDifference] = [0, 0];
    let worst: { excess: number; path: string; received: number; expected: number } | null = null;
    for (const i of wrt) {
      const expected = await numericalGradient(valueAt, args, i, eps);
      const found = actual[`grad${i}`] as NDArray;
      for (const [at, e] of expected.data.entries()) {
        const received = found.data[at] as number;
        const difference = Number.isFinite(received) ? Math.abs(received - e) : Number.POSITIVE_INFINITY;
        checked++;
        maxAbsDifference = Math.max(maxAbsDifference, difference);
        const excess = difference - atol - rtol * Math.abs(e);
        if (excess > (worst?.excess ?? 0))
          worst = { excess, path: `argument ${i}, element ${at}`, received, expected: e };
      }
    }
    if (worst !== null) {
      throw new NumericError('the gradient differs from finite differences', {
        path: worst.path,
        received: String(worst.received),
        expected: `${worst.expected} ± ${(atol + rtol * Math.abs(worst.expected)).toPrecision(2)}`,
        fix: 'look at the gradient rule; at a kink, where none is defined, move the argument a little',
      });
    }
    return { checked, maxAbsDifference };
  } finally {
    own.end();
    scalar.end();
  }
}

function asFloat32(a: NDArray): NDArray {
  return a.dtype === 'float64' ? { dtype: 'float32', shape: a.shape, data: Float32Array.from(a.data) } : a;
}
