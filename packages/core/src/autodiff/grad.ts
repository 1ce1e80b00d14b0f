import { programInputs } from '../backend/check.ts';
import type { Backend, Executable } from '../backend/contract.ts';
import { expectBackend } from '../backend/expect.ts';
import { DescentError } from '../errors.ts';
import type { DType } from '../ir/dtype.ts';
import { expectGiven } from '../ir/given.ts';
import { graph } from '../ir/graph.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { input } from '../ops/leaf/input.ts';
import { describeValue, expectOptions, notWhatWasWanted } from '../options.ts';
import { gradients } from './vjp.ts';

export interface GradOptions {
  readonly backend: Backend;
  /** Positions of the arguments to differentiate with respect to. Default `[0]`. */
  readonly argnums?: readonly number[];
}

export interface ValueAndGrads {
  /** The function's value, of rank 0. */
  readonly value: NDArray;
  /** One gradient for each of `argnums`, of that argument's shape. */
  readonly grads: readonly NDArray[];
}

/**
 * Turns a scalar function of tensors into one that computes its value and gradients on `backend`. It is traced and compiled once for each
 * combination of argument shapes.
 * @throws NotDifferentiableError when the result is not a scalar or an op on the way has no gradient.
 */
export function valueAndGrad(
  f: (...args: readonly Node[]) => Node,
  options: GradOptions,
): (...args: readonly NDArray[]) => Promise<ValueAndGrads> {
  if (typeof f !== 'function')
    throw notWhatWasWanted('grad', f, { what: 'a function of tensors', example: '(x) => sum(mul(x, x))' });
  expectOptions('grad', options, ['backend', 'argnums']);
  const { backend, argnums = [0] } = options;
  expectBackend('backend', backend);
  if (!Array.isArray(argnums))
    throw notWhatWasWanted('argnums', argnums, { what: 'a list of positions', example: '[0, 1]' });
  const compiled = new Map<string, { readonly inputs: readonly string[]; readonly executable: Promise<Executable> }>();
  return async (...given) => {
    const args = given.map((x, i) => hostArray(`argument ${i}`, x));
    const key = args.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    let known = compiled.get(key);
    if (known === undefined) {
      const traced = trace(f, args, argnums);
      const inputs = [...programInputs({ graph: traced }).keys()];
      known = { inputs, executable: backend.compile({ graph: traced, reads: [], writes: [] }) };
      compiled.set(key, known);
      known.executable.catch(() => compiled.delete(key));
    }
    // An argument that the function does not use is no input of the graph.
    const { inputs, executable } = known;
    const used = args.map((x, i) => [`arg${i}`, x] as const).filter(([name]) => inputs.includes(name));
    const { value, ...grads } = await (await executable).run(Object.fromEntries(used));
    return { value: value as NDArray, grads: argnums.map((_, i) => grads[`grad${i}`] as NDArray) };
  };
}

/** Like `valueAndGrad`, but gives only the gradient, with respect to the first of `argnums`. */
export function grad(
  f: (...args: readonly Node[]) => Node,
  options: GradOptions,
): (...args: readonly NDArray[]) => Promise<NDArray> {
  const both = valueAndGrad(f, options);
  return async (...args) => (await both(...args)).grads[0] as NDArray;
}

function trace(
  f: (...args: readonly Node[]) => Node,
  args: readonly NDArray[],
  argnums: readonly number[],
): ReturnType<typeof graph> {
  const inputs = args.map(({ dtype, shape }, i) =>
    input(`arg${i}`, shape, (dtype === 'float64' ? 'float32' : dtype) as DType),
  );
  const wrt = argnums.map((n) => {
    const x = typeof n === 'number' ? inputs[n] : undefined;
    if (x !== undefined) return x;
    throw new DescentError('there is no argument to differentiate with respect to', {
      path: 'argnums',
      received: describeValue(n),
      expected: inputs.length === 0 ? 'at least one argument' : `positions from 0 to ${inputs.length - 1}`,
    });
  });
  const value = f(...inputs);
  expectGiven('the function of grad', value);
  const grads = gradients(value, wrt);
  return graph({ value, ...Object.fromEntries(grads.map((g, i) => [`grad${i}`, g])) });
}
