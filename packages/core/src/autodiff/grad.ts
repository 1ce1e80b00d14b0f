import { expectGiven } from '../ir/given.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { type ArraysOf, leafName, leavesOf, type NDArrays, type Tensors } from '../ir/tree.ts';
import { argumentsAt, expectArgnums } from './argnums.ts';
import { gradients } from './gradients.ts';
import {
  type ArraysAt,
  type ArraysOfAll,
  argumentsOf,
  disposable,
  expectFunction,
  type JitOptions,
  type Jitted,
  resultOf,
  traced,
} from './traced.ts';

export interface GradOptions<N extends readonly number[] = readonly number[]> extends JitOptions {
  /** Positions of the arguments to differentiate with respect to. Default `[0]`. */
  readonly argnums?: N;
}

export interface ValueAndGrads<Grads extends readonly NDArrays[] = readonly NDArray[]> {
  /** The function's value, of rank 0. */
  readonly value: NDArray;
  /** One gradient for each of `argnums`, of that argument's shape, or a record of them where the argument is one. */
  readonly grads: Grads;
}

/**
 * Turns a scalar function of tensors, or of records of tensors, into one that computes its value and gradients on `backend`. It is traced and
 * compiled once for each combination of argument shapes.
 * @throws NotDifferentiableError when the result is not a scalar or an op on the way has no gradient.
 */
export function valueAndGrad(
  f: (...args: readonly Node[]) => Node,
  options: GradOptions,
): Jitted<readonly NDArray[], ValueAndGrads>;
export function valueAndGrad<A extends readonly Tensors[], const N extends readonly number[] = readonly [0]>(
  f: (...args: A) => Node,
  options: GradOptions<N>,
): Jitted<ArraysOfAll<A>, ValueAndGrads<ArraysAt<A, N>>>;
// biome-ignore lint/suspicious/noExplicitAny: what its overloads say.
export function valueAndGrad(f: (...args: never[]) => Node, options: GradOptions): Jitted<any, any> {
  expectFunction('grad', f, options, ['argnums']);
  const { argnums = [0] } = options;
  expectArgnums(argnums);
  const program = traced('grad', options, (args) => {
    const wrt = argumentsAt(argnums, args);
    const value = f(...(args as readonly never[]));
    expectGiven('the function of grad', value);
    return { value, ...gradientOutputs(wrt, (leaves) => gradients(value, leaves)) };
  });
  return disposable(async (...given: readonly unknown[]) => {
    const results = await program.run(argumentsOf(given));
    return { value: results['value'] as NDArray, grads: gradientsIn(results, argnums.length) };
  }, program);
}

/** Like `valueAndGrad`, but gives only the gradient, with respect to the first of `argnums`. */
export function grad(f: (...args: readonly Node[]) => Node, options: GradOptions): Jitted<readonly NDArray[], NDArray>;
export function grad<A extends readonly Tensors[], const N extends readonly number[] = readonly [0]>(
  f: (...args: A) => Node,
  options: GradOptions<N>,
): Jitted<ArraysOfAll<A>, ArraysOf<A[N[0]]>>;
// biome-ignore lint/suspicious/noExplicitAny: what its overloads say.
export function grad(f: (...args: never[]) => Node, options: GradOptions): Jitted<any, any> {
  const both = valueAndGrad(f as (...args: readonly Node[]) => Node, options);
  return disposable(async (...args: readonly NDArray[]) => (await both(...args)).grads[0] as NDArray, both);
}

/** Gradients with respect to all leaves of `wrt`, as outputs of a graph. */
export function gradientOutputs(
  wrt: readonly Tensors[],
  gradientsOf: (leaves: readonly Node[]) => readonly Node[],
): Readonly<Record<string, Node>> {
  const leaves = wrt.flatMap((tree, i) => leavesOf(tree).map(([name, x]) => ({ name: gradName(i, name), x })));
  const found = gradientsOf(leaves.map(({ x }) => x));
  return Object.fromEntries(leaves.map(({ name }, i) => [name, found[i] as Node]));
}

/** What `gradientOutputs` has named, of the results of a graph. */
export function gradientsIn(results: Readonly<Record<string, NDArray>>, count: number): readonly NDArrays[] {
  return Array.from({ length: count }, (_, i) => resultOf(gradName(i, ''), results));
}

function gradName(i: number, leaf: string): string {
  return leafName(`grad${i}`, leaf);
}
