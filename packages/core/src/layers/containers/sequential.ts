import type { Tensors } from '../../ir/tree.ts';
import { layer, type Parts } from '../build.ts';
import { expectLayer } from '../expect.ts';
import { isLayer } from '../is-layer.ts';
import type { AnyLayer, Layer } from '../layer.ts';
import type { Walk } from '../sizes.ts';

type InputOf<L> = L extends Layer<infer In, infer _> ? In : never;
type OutputOf<L> = L extends Layer<infer _, infer Out> ? Out : never;
type First<L extends readonly AnyLayer[]> = L extends readonly [infer A, ...infer _] ? A : L[number];
type Last<L extends readonly AnyLayer[]> = L extends readonly [...infer _, infer Z] ? Z : L[number];

/** The layers `L`, where each must take what the one in front of it gives. For one that does not there is what is wrong instead. */
export type Chained<L extends readonly AnyLayer[]> = {
  readonly [I in keyof L]: FindingAt<L, I> extends infer Finding extends string ? Finding : Linked<L, I>;
};

/** What is wrong with the sizes of a layer; nothing is known of those in a list of any length. */
type FindingAt<L extends readonly AnyLayer[], I> = I extends keyof Walk<L>['findings']
  ? number extends I
    ? true
    : Walk<L>['findings'][I]
  : true;

/** The layer itself where it takes the tensors that the one in front of it gives, else a layer that would. */
type Linked<L extends readonly AnyLayer[], I extends keyof L> = I extends keyof Shifted<L>
  ? [OutputOf<Shifted<L>[I]>] extends [InputOf<L[I]>]
    ? L[I]
    : Layer<OutputOf<Shifted<L>[I]>, OutputOf<L[I]>>
  : L[I];

/** At each place the layer in front of it; at the first the layer itself, whose input is free. */
type Shifted<L extends readonly AnyLayer[]> = L extends readonly [infer A, ...infer _]
  ? readonly [Layer<never, InputOf<A>>, ...L]
  : L;

/**
 * Applies layers one after the other. Parameters are named as in PyTorch: `0.weight`, `2.bias`, nested `1.0.weight`.
 * Takes layers, or an object that names them: `sequential({ features: …, head: … })`.
 * @throws ValueError for something that is not a layer.
 */
export function sequential(named: Readonly<Record<string, Layer>>): Layer;
export function sequential<const L extends readonly AnyLayer[]>(
  ...layers: Chained<L>
): Layer<InputOf<First<L>>, OutputOf<Last<L>>, Walk<L>['sizes']>;
export function sequential(...layers: readonly unknown[]): AnyLayer {
  const [first] = layers;
  const isNamed = layers.length === 1 && typeof first === 'object' && first !== null && !isLayer(first);
  const given: Readonly<Record<string, unknown>> = isNamed ? { ...first } : { ...layers };
  for (const [name, part] of Object.entries(given)) expectLayer(`sequential › ${name}`, part);
  return layer('sequential', given as Parts, (x: Tensors, parts) =>
    (Object.values(parts) as readonly ((x: Tensors) => Tensors)[]).reduce((value, apply) => apply(value), x),
  );
}
