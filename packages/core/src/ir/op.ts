import type { DType } from './dtype.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import type { Shape } from './shape.ts';

/** The static type of a graph value. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What a gradient rule sees: the node it differentiates and the gradient `dy` of the loss with respect to its output. */
export interface GradContext<A extends object> {
  readonly inputs: readonly Node[];
  readonly output: Node;
  readonly attrs: A;
  readonly dy: Node;
  /** Which inputs are asked for; the gradients of others go nowhere. */
  readonly wanted: readonly boolean[];
  /** Differentiates what a rule builds itself. */
  readonly pullback: Pullback;
}

/**
 * The gradient of each input, in order; `null` for an input through which none flows.
 * Rules are written with the public builders, so they can be differentiated again.
 */
export type InputGrads = readonly (Node | null)[];

/** Heights and widths of a window, of its steps, and of the gaps in it. A step below 1 makes the output larger than the input. */
export interface Window {
  readonly size: readonly [number, number];
  readonly step: readonly [number, number];
  readonly dilation: readonly [number, number];
}

interface OpBase<Name extends string, A extends object> {
  readonly name: Name;
  /** The output's type. Throws a teaching error for inputs or attributes that do not fit. */
  infer(inputs: readonly TensorType[], attrs: A): TensorType;
  /** Floating-point operations for inputs of concrete shapes; a product and a sum are two. Default: one an element where the op is elementwise, else none. */
  flops?(inputs: readonly TensorType[], output: TensorType, attrs: A): number;
  /** Of an op over images `[batch, channels, height, width]`: the window of the first input that an element of the output depends on. */
  window?(inputs: readonly TensorType[], attrs: A): Window;
  /** Of an op that takes entries of a table by their numbers: which input names them, and how many entries there are; of one that takes lengths, one more than the longest. */
  looksUp?(
    inputs: readonly TensorType[],
    attrs: A,
  ): { readonly indices: number; readonly size: number; readonly of?: 'lengths' };
  /** Whether an element of an image `[batch, channels, height, width]` depends on elements at its own height and width only. */
  keepsPlaces?(attrs: A): boolean;
  /** An equal, cheaper node, or `null`. Local: it may look at the node's own inputs only. */
  simplify?(node: Node): Node | null;
  /** Output element i depends on element i of the (broadcast) inputs only. */
  readonly elementwise?: true;
  /** Elementwise and never decreasing, so it commutes with `max`. */
  readonly monotone?: true;
  /** The order of two inputs does not matter. */
  readonly commutative?: true;
  /** The graph that the node holds, such as what a loop repeats. It sees the node's inputs only. */
  body?(attrs: A): Graph;
}

/**
 * The gradient rule of an op. `'zero'`: the output does not vary smoothly with the inputs (integers, booleans, steps), so no gradient
 * flows. `'undefined'`: the gradient exists but has no rule here; asking for it throws a `NotDifferentiableError`.
 */
interface Differentiable<A extends object> {
  grad(context: GradContext<A>): InputGrads;
}
interface NotDifferentiable {
  readonly grad: 'zero' | 'undefined';
  /** What to do instead of asking for a gradient that is undefined. */
  readonly gradAdvice?: string;
}
/**
 * The gradients of `Σ y·dy` over pairs of nodes; `null` for what none of them depends on. With `areFixed` none of `wrt` varies with another: what they are
 * computed of is not looked at.
 */
export type Pullback = (
  seeds: readonly (readonly [y: Node, dy: Node])[],
  wrt: readonly Node[],
  areFixed?: boolean,
) => readonly (Node | null)[];

/** The results of one loop are differentiated together. */
interface DifferentiatedTogether {
  readonly grad: 'together';
  /** The gradient of each input of the loop, of which only those `wanted` are asked for; `pullback` differentiates what stands in its body. */
  gradsOfLoop(
    results: readonly { readonly n: Node; readonly dy: Node }[],
    wanted: readonly boolean[],
    pullback: Pullback,
  ): InputGrads;
}

/** An op that every backend must lower. */
export type PrimitiveOp<Name extends string = string, A extends object = object> = OpBase<Name, A> &
  (Differentiable<A> | NotDifferentiable | DifferentiatedTogether) & { readonly kind: 'primitive' };

/** An op that a backend may lower; otherwise its decomposition runs. Without an own rule, the gradient is that of the decomposition. */
export type CompositeOp<Name extends string = string, A extends object = object> = OpBase<Name, A> &
  (Differentiable<A> | { readonly grad?: never }) & {
    readonly kind: 'composite';
    decompose(inputs: readonly Node[], attrs: A): Node;
  };

/** An op without inputs whose value comes from outside the computation: a graph input, a constant, a random draw. */
export type LeafOp<Name extends string = string, A extends object = object> = OpBase<Name, A> & {
  readonly kind: 'leaf';
  readonly grad: 'zero';
};

export type Op = PrimitiveOp | CompositeOp | LeafOp;

/** The attribute type of an op. */
export type AttrsOf<O> = O extends { infer(inputs: readonly TensorType[], attrs: infer A): TensorType } ? A : never;
