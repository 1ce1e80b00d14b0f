import { expectGivenTensors } from '../ir/given.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import type { ArraysOf, Tensors } from '../ir/tree.ts';
import {
  type ArraysOfAll,
  argumentsOf,
  disposable,
  expectFunction,
  type JitOptions,
  type Jitted,
  outputsOf,
  resultOf,
  traced,
} from './traced.ts';

/**
 * Turns a function of tensors, or of records of tensors, into one of arrays that runs on `backend`. It is traced and compiled once for each
 * combination of the arguments' shapes and element types.
 */
export function jit<R extends Tensors = Node>(
  f: (...args: readonly Node[]) => R,
  options: JitOptions,
): Jitted<readonly NDArray[], ArraysOf<R>>;
export function jit<A extends readonly Tensors[], R extends Tensors>(
  f: (...args: A) => R,
  options: JitOptions,
): Jitted<ArraysOfAll<A>, ArraysOf<R>>;
// biome-ignore lint/suspicious/noExplicitAny: what its overloads say.
export function jit(f: (...args: never[]) => Tensors, options: JitOptions): Jitted<any, any> {
  expectFunction('jit', f, options);
  const program = traced('jit', options, (args) => {
    const value = f(...(args as readonly never[]));
    expectGivenTensors('the function of jit', value);
    return Object.fromEntries(outputsOf('value', value));
  });
  return disposable(
    async (...given: readonly unknown[]) => resultOf('value', await program.run(argumentsOf(given))),
    program,
  );
}
