import type { AttrsOf, Op, TensorType } from './op.ts';
import { expectCountable } from './shape.ts';

/**
 * A value of the graph: the result of applying `op` to `inputs`. Immutable; a node holds its op object, so there is no registry.
 * Layers, losses and users' functions take and return nodes; a backend turns them into numbers.
 */
export interface Node {
  readonly op: Op;
  readonly inputs: readonly Node[];
  readonly attrs: object;
  readonly type: TensorType;
}

/** Applies `op`, inferring the type of the result. Throws what `op.infer` throws, and a `ShapeError` for more than 2³¹ − 1 elements. */
export function node<O extends Op>(op: O, inputs: readonly Node[], attrs: AttrsOf<O>): Node {
  const type = op.infer(
    inputs.map((x) => x.type),
    attrs as object,
  );
  expectCountable(op.name, type.shape);
  return { op, inputs, attrs: attrs as object, type };
}

/** Whether `n` is an application of `op`; narrows the attributes. */
export function isOp<O extends Op>(n: Node, op: O): n is Node & { readonly attrs: AttrsOf<O> } {
  return n.op === (op as Op);
}
