import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import type { ArraysOf, NDArrays, Tensors } from '../ir/tree.ts';
import { gradientOutputs, gradientsIn } from './grad.ts';
import { gradients } from './gradients.ts';
import { leavesLike, listOfArrays, type ProductOptions, product, weighted } from './product.ts';
import { type ArraysAtOrAll, type ArraysOfAll, disposable, type Jitted, resultOf } from './traced.ts';

/** What `vjp` gives. */
export interface Vjp<Value extends NDArrays = NDArray, Grads extends readonly NDArrays[] = readonly NDArray[]> {
  readonly value: Value;
  /** One for each of `argnums`. */
  readonly grads: Grads;
}

/**
 * Vector-Jacobian product of a function of tensors, as PyTorch's `torch.autograd.functional.vjp`: `await vjp(f, { backend })([x, w], dy)` gives
 * `f(x, w)` and the gradients of `Σ f(x, w)·dy`.
 * @throws NotDifferentiableError when an op on the way has no gradient; ShapeError when `dy` is not of the value's shape.
 */
export function vjp<R extends Tensors = Node>(
  f: (...args: readonly Node[]) => R,
  options: ProductOptions,
): Jitted<[args: readonly NDArray[], dy: ArraysOf<R>], Vjp<ArraysOf<R>>>;
export function vjp<A extends readonly Tensors[], R extends Tensors, const N extends readonly number[] = never>(
  f: (...args: A) => R,
  options: ProductOptions<N>,
): Jitted<[args: ArraysOfAll<A>, dy: ArraysOf<R>], Vjp<ArraysOf<R>, ArraysAtOrAll<A, N>>>;
// biome-ignore lint/suspicious/noExplicitAny: what its overloads say.
export function vjp(f: (...args: never[]) => Tensors, options: ProductOptions): Jitted<any, any> {
  const program = product('vjp', f, options, (value, wrt, [dy]) => {
    const dys = leavesLike('dy', dy as Tensors, 'the value', value);
    return gradientOutputs(wrt, (leaves) => gradients(weighted(value, dys), leaves));
  });
  return disposable(async (given: unknown, dy: unknown) => {
    const args = listOfArrays('argument', given);
    const results = await program.run(args, [hostArrays('dy', dy)]);
    const count = (options.argnums ?? args).length;
    return { value: resultOf('value', results), grads: gradientsIn(results, count) };
  }, program);
}
