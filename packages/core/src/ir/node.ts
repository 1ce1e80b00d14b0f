import { DTypeError } from '../errors.ts';
import { expectKind, notWhatWasWanted } from '../options.ts';
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
  /** Who made it, such as the path of a layer, where somebody has said so. Rewriting a graph keeps it, and says it of what takes the place of the node. */
  readonly origin?: string;
}

/** Applies `op`, inferring the type of the result. Throws what `op.infer` throws, and a `ShapeError` for more than 2³¹ − 1 elements. */
export function node<O extends Op>(op: O, inputs: readonly Node[], attrs: AttrsOf<O>): Node {
  if (typeof op?.infer !== 'function') throw notWhatWasWanted('op', op, { what: 'an op', example: 'addOp' });
  expectNodes(op.name, inputs);
  const type = op.infer(
    inputs.map((x) => x.type),
    attrs as object,
  );
  expectCountable(op.name, type.shape);
  // The caller's list may change: a function that collects tensors goes on to add to it.
  return { op, inputs: [...inputs], attrs: attrs as object, type };
}

/** Throws a `DTypeError` unless all `inputs` are tensors of a graph: JavaScript has no types that would say so. */
export function expectNodes(op: string, inputs: readonly unknown[]): void {
  expectKind(`what ${op} is given`, inputs, 'list', '[x, y]');
  const odd = inputs.findIndex(
    (x) => typeof (x as Node | null | undefined)?.type?.shape !== 'object' || !('op' in (x as object)),
  );
  if (odd < 0) return;
  const x = inputs[odd];
  const isArray = typeof x === 'object' && x !== null && 'data' in x;
  const isLayer = looksLikeLayer(x);
  const kind = isLayer ? 'a layer' : isArray ? 'an array of numbers' : Array.isArray(x) ? 'a list' : null;
  throw new DTypeError(`${op} needs tensors of a graph`, {
    received: `operand ${odd + 1} is ${kind ?? (x === null ? 'null' : `of type ${typeof x}`)}`,
    expected: 'what input(), constant() or another op gives',
    fix: isLayer
      ? LAYER_FOR_TENSOR
      : isArray
        ? 'wrap it with constant(…)'
        : 'wrap numbers with scalar(…), and lists with constant(tensor(…))',
  });
}

/** What to do about a layer where a tensor is wanted: a layer and its op have one name. */
export const LAYER_FOR_TENSOR =
  'the op of that name is in @descent/core/ops; a layer is a part of another layer, or of sequential(…)';

export function looksLikeLayer(x: unknown): boolean {
  return typeof x === 'object' && x !== null && 'apply' in x && 'parameters' in x;
}

/** The number of axes of `x`. Throws a `DTypeError` for what is no tensor of a graph. */
export function rankOf(op: string, x: Node): number {
  expectNodes(op, [x]);
  return x.type.shape.length;
}

/** Whether `n` is an application of `op`; narrows the attributes. */
export function isOp<O extends Op>(n: Node, op: O): n is Node & { readonly attrs: AttrsOf<O> } {
  return n?.op === (op as Op) && op !== undefined;
}
