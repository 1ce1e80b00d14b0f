import type { ValueFacts } from '@descent/backend-onnx';
import { DTypeError, ShapeError } from '@descent/core';

/** An input or output in a configuration of Triton. */
export interface TritonTensor {
  readonly name: string;
  /** Such as `TYPE_FP32`. */
  readonly dataType: string;
  /** Without the axis of the batch where there is one; -1 for open sizes. */
  readonly dims: readonly number[];
  /** Whether a sample has no axes at all, which Triton writes as one axis of size 1 that is taken away. */
  readonly isScalar: boolean;
}

/** What the ONNX Runtime of Triton can be fed; the rest of the types of ONNX it refuses. */
const TYPES: Readonly<Record<string, string>> = {
  bool: 'TYPE_BOOL',
  uint8: 'TYPE_UINT8',
  uint16: 'TYPE_UINT16',
  uint32: 'TYPE_UINT32',
  uint64: 'TYPE_UINT64',
  int8: 'TYPE_INT8',
  int16: 'TYPE_INT16',
  int32: 'TYPE_INT32',
  int64: 'TYPE_INT64',
  float16: 'TYPE_FP16',
  float32: 'TYPE_FP32',
  float64: 'TYPE_FP64',
  string: 'TYPE_STRING',
};

/**
 * How Triton calls the type and the shape of a tensor.
 * @throws DTypeError for what is no tensor or has a type that Triton's ONNX Runtime does not take; ShapeError when the file does not say the shape, or a
 * size is 0.
 */
export function tritonTensor({ name, type, shape }: ValueFacts, isBatched: boolean): TritonTensor {
  const dataType = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (dataType === undefined) {
    throw new DTypeError('Triton has no such type', {
      path: name,
      received: type,
      expected: Object.keys(TYPES).join(', '),
      fix: fixOf(type),
    });
  }
  if (shape === null) {
    throw new ShapeError('the file does not say the shape', {
      path: name,
      received: type,
      expected: 'a number of axes, since Triton compares it with its configuration',
      fix: 'write the shapes into the file: onnx.shape_inference.infer_shapes(model), then onnx.save',
    });
  }
  const full = shape.map((size) => (typeof size === 'number' ? size : -1));
  if (full.includes(0)) {
    throw new ShapeError('Triton takes no axis of size 0', {
      path: name,
      received: `[${shape.map((size) => size ?? '?').join(', ')}]`,
      expected: 'sizes of at least 1, or open ones',
      fix: 'export the model with that axis open',
    });
  }
  const dims = isBatched ? full.slice(1) : full;
  return { name, dataType, dims: dims.length === 0 ? [1] : dims, isScalar: dims.length === 0 };
}

function fixOf(type: string): string {
  if (/^(sequence|map|optional)\b/.test(type)) {
    return "export tensors instead; scikit-learn's converters do so with the option zipmap=False";
  }
  return 'cast it inside the model to a type that is allowed, such as float32';
}
