import { expectDType } from '../../ir/dtype.ts';
import type { TensorType } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { expectNonEmpty } from '../reduce/_extreme.ts';

export interface AxisAttrs {
  /** Non-negative. */
  readonly axis: number;
}

export function axisType(op: string, [x]: readonly TensorType[], { axis }: AxisAttrs): TensorType {
  const type = x as TensorType;
  expectDType(op, 'a tensor', type.dtype, ['float32']);
  normalizeAxis(op, axis, type.shape.length);
  expectNonEmpty(op, [type], [axis]);
  return type;
}
