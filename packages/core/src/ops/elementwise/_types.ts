import { DTypeError } from '../../errors.ts';
import { DTYPES, type DType, expectDType, expectHolds, isFloat } from '../../ir/dtype.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { broadcastShapes } from '../../ir/shape.ts';
import { constantOp, scalar } from '../leaf/constant.ts';

/** Attributes of an op that has none. */
export type NoAttrs = Readonly<Record<never, never>>;
export const NO_ATTRS: NoAttrs = {};

/** What the binary builders take: a number becomes a constant of the other operand's type, which must hold it. */
export type Operand = Node | number;

const NUMBERS: readonly DType[] = ['float32', 'int32'];

/** Output type of `op(x)` for a float op that keeps the type. */
export function unaryFloat(op: string, inputs: readonly TensorType[]): TensorType {
  const [x] = inputs as readonly [TensorType];
  expectDType(op, 'a tensor', x.dtype, ['float32']);
  return x;
}

/** Output type of `op(x)` for numbers of any kind. */
export function unaryNumber(op: string, inputs: readonly TensorType[]): TensorType {
  const [x] = inputs as readonly [TensorType];
  expectDType(op, 'a tensor', x.dtype, NUMBERS);
  return x;
}

/** Output type of `op(a, b)` for equal element types out of `allowed`; shapes broadcast. */
export function binary(op: string, inputs: readonly TensorType[], allowed: readonly DType[] = NUMBERS): TensorType {
  const [a, b] = inputs as readonly [TensorType, TensorType];
  if (a.dtype !== b.dtype) {
    throw new DTypeError(`${op} cannot combine ${a.dtype} with ${b.dtype}`, {
      received: `${a.dtype} and ${b.dtype}`,
      expected: 'operands of one type',
      fix: `convert one operand with cast(x, '${isFloat(a.dtype) ? a.dtype : b.dtype}')`,
    });
  }
  expectDType(op, 'operands', a.dtype, allowed);
  return { dtype: a.dtype, shape: broadcastShapes(op, a.shape, b.shape) };
}

/** Output type of a comparison. */
export function comparison(op: string, inputs: readonly TensorType[]): TensorType {
  return { dtype: 'bool', shape: binary(op, inputs, DTYPES).shape };
}

/**
 * Turns numbers into constants of the other operand's type. Throws a `DTypeError` for a number that the type does not hold, such as 0.5 beside
 * int32 or 300 beside uint8: nothing is cast in silence.
 */
export function operands(op: string, a: Operand, b: Operand): readonly [Node, Node] {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new DTypeError(`${op} needs at least one tensor`, {
      received: `${a} and ${b}`,
      expected: 'a tensor and a number, or two tensors',
    });
  }
  expectNodes(
    op,
    [a, b].filter((x) => typeof x !== 'number'),
  );
  const { dtype } = (typeof a === 'number' ? (b as Node) : a).type;
  const lift = (x: Operand): Node => {
    if (typeof x !== 'number') return x;
    expectHolds(op, x, dtype);
    return scalar(x, dtype);
  };
  return [lift(a), lift(b)];
}

/** Whether `n` is a constant whose elements all equal `value`. */
export function isConstantOf(n: Node, value: number): boolean {
  if (n.op !== constantOp) return false;
  const { data } = (n.attrs as { value: { data: ArrayLike<number> } }).value;
  return data.length === 1 && data[0] === value;
}

/** Whether broadcasting `a` with `b` gives `a`'s own shape, so that `a` may stand for `a + 0` or `a * 1`. */
export function covers(a: Node, b: Node): boolean {
  return a.type.shape.length >= b.type.shape.length;
}
