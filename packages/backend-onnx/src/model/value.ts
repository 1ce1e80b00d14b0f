import { type DType, DYNAMIC, type Shape } from '@descent/core/backend';
import { TensorProto_DataType } from '../proto/onnx-pb.ts';

/**
 * Element types of ONNX values: those of the graph, `int64`, which ONNX wants for shapes and axes, `int8` of quantised weights, and `float64`, which is only ever a step of a
 * computation: no constant is one.
 */
export type ElementType = DType | 'int8' | 'int64' | 'float64';

/** A named value of an ONNX graph. */
export interface Value {
  readonly name: string;
  readonly dtype: ElementType;
  /** At most one axis is `DYNAMIC`. */
  readonly shape: Shape;
}

/** Number of the element type in ONNX's `TensorProto.DataType`. */
export const ELEMENT_TYPES: Readonly<Record<ElementType, number>> = {
  float32: TensorProto_DataType.FLOAT,
  int32: TensorProto_DataType.INT32,
  uint8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
  int8: TensorProto_DataType.INT8,
  int64: TensorProto_DataType.INT64,
  float64: TensorProto_DataType.DOUBLE,
};

/** A constant tensor, stored in the model. */
export interface Constant {
  readonly dtype: ElementType;
  readonly shape: Shape;
  readonly data: ArrayBufferView & ArrayLike<number | bigint>;
}

/** The common shape of broadcast operands; the operands are known to fit. */
export function broadcastShape(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((s) => s[s.length - rank + i] ?? 1);
    return sizes.find((d) => d !== 1 && d !== DYNAMIC) ?? sizes.find((d) => d === DYNAMIC) ?? 1;
  });
}
