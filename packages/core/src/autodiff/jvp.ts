import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { type ArraysOf, leavesOf, type NDArrays, type Tensors } from '../ir/tree.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { sum } from '../ops/reduce/sum.ts';
import { broadcastTo } from '../ops/shape/broadcast-to.ts';
import { gradients } from './gradients.ts';
import { leavesLike, listOfArrays, type ProductOptions, product, weighted } from './product.ts';
import { type ArraysAtOrAll, type ArraysOfAll, disposable, type Jitted, outputsOf, resultOf } from './traced.ts';

/** What `jvp` gives. */
export interface Jvp<Value extends NDArrays = NDArray> {
  readonly value: Value;
  /** How the value changes; of the value's shape. */
  readonly tangent: Value;
}

/**
 * Jacobian-vector product of a function of tensors, as PyTorch's `torch.autograd.functional.jvp`: `await jvp(f, { backend })([x, w], [dx, dw])`
 * gives `f(x, w)` and how it changes where its arguments change so. There is one tangent for each of `argnums`.
 * @throws NotDifferentiableError when an op on the way has no gradient or no second derivative; ShapeError when a tangent is not of its
 * argument's shape.
 */
export function jvp<R extends Tensors = Node>(
  f: (...args: readonly Node[]) => R,
  options: ProductOptions,
): Jitted<[args: readonly NDArray[], tangents: readonly NDArray[]], Jvp<ArraysOf<R>>>;
export function jvp<A extends readonly Tensors[], R extends Tensors, const N extends readonly number[] = never>(
  f: (...args: A) => R,
  options: ProductOptions<N>,
): Jitted<[args: ArraysOfAll<A>, tangents: ArraysAtOrAll<A, N>], Jvp<ArraysOf<R>>>;
// biome-ignore lint/suspicious/noExplicitAny: what its overloads say.
export function jvp(f: (...args: never[]) => Tensors, options: ProductOptions): Jitted<any, any> {
  const program = product('jvp', f, options, (value, wrt, tangents) => {
    if (tangents.length !== wrt.length) {
      throw new ValueError('jvp takes a tangent for each argument that it differentiates with respect to', {
        path: 'tangents',
        received: String(tangents.length),
        expected: String(wrt.length),
        fix: 'give one more, or leave positions out of argnums',
      });
    }
    return changes(
      value,
      wrt,
      wrt.flatMap((x, i) => leavesLike(`tangent ${i}`, tangents[i] as Tensors, 'its argument', x)),
    );
  });
  return disposable(async (given: unknown, moved: unknown) => {
    const results = await program.run(listOfArrays('argument', given), listOfArrays('tangent', moved));
    return { value: resultOf('value', results), tangent: resultOf('tangent', results) };
  }, program);
}

/**
 * The gradient of `Σ y·dy` is linear in `dy`, and its product with the tangents, differentiated with respect to `dy`, is the change of `y`. So
 * it does not matter what `dy` is.
 */
function changes(value: Tensors, wrt: readonly Tensors[], tangents: readonly Node[]): Readonly<Record<string, Node>> {
  const outputs = outputsOf('tangent', value);
  // A node of its own for each, also for those of rank 0.
  const dys = outputs.map(([, y]) => broadcastTo(scalar(0), y.type.shape));
  const leaves = wrt.flatMap((tree) => leavesOf(tree).map(([, x]) => x));
  const found = gradients(weighted(value, dys), leaves);
  const change = found.reduce((total, g, i) => add(total, sum(mul(g, tangents[i] as Node))), scalar(0));
  const tangentsOf = gradients(change, dys);
  return Object.fromEntries(outputs.map(([name], i) => [name, tangentsOf[i] as Node]));
}
