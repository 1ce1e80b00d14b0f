import { BackendError, type DType, DYNAMIC, type Shape } from '@descent/core';
import { elementName } from '../model/element-names.ts';
import type { ValueInfoProto } from '../proto/onnx-pb.ts';

/** An input or output of a model file; sizes that the file leaves open are `DYNAMIC`. */
export interface Port {
  readonly name: string;
  /** What `predict` takes or gives here. Types that Descent does not have are converted; see `elementType`. */
  readonly dtype: DType;
  readonly shape: Shape;
  /** Whether the file says nothing about the shape; `shape` is then empty, and any shape fits. */
  readonly anyShape?: boolean;
  /** The element type in the file where it is another than `dtype`, such as `float16` or `int64`. */
  readonly elementType?: ForeignType;
}

/** A port with what messages and checks need. */
export interface FilePort extends Port {
  /** The file's names of its open axes, `null` for the others. Axes of one name have one size. */
  readonly axes: readonly (string | null)[];
}

/** Element types of files that Descent converts on the way in and out. */
export type ForeignType = 'float16' | 'float64' | 'int8' | 'int16' | 'uint16' | 'uint32' | 'int64' | 'uint64';

/** What each becomes: the type of Descent that holds its values, or the usual ones among them. */
const FOREIGN_TYPES: Readonly<Record<ForeignType, DType>> = {
  float16: 'float32',
  float64: 'float32',
  int8: 'int32',
  int16: 'int32',
  uint16: 'int32',
  uint32: 'int32',
  int64: 'int32',
  uint64: 'int32',
};

const OWN_TYPES: readonly DType[] = ['float32', 'int32', 'uint8', 'bool'];

/** Reads what the file at `path` says about an input or an output. Throws a `BackendError` for what is not a tensor of numbers. */
export function portOf({ name, type }: ValueInfoProto, path: string): FilePort {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  if (tensor === undefined) {
    throw new BackendError(`the model's '${name}' is not a tensor`, {
      path,
      received: `a value of type ${type?.value.case?.replace(/Type$/, '') ?? 'unknown'}`,
      expected: 'a tensor',
      fix: 'export the model with tensors only; for classifiers of scikit-learn that is the option zipmap: False',
    });
  }
  const elementType = elementName(tensor.elemType);
  const types = dtypeOf(elementType);
  if (types === undefined) {
    throw new BackendError(`the model's '${name}' has an element type that Descent does not know`, {
      path,
      received: elementType,
      expected: [...OWN_TYPES, ...Object.keys(FOREIGN_TYPES)].join(', '),
      fix: `let the model convert it, with a Cast node behind its input or before its output`,
    });
  }
  if (tensor.shape === undefined) return { name, ...types, shape: [], anyShape: true, axes: [] };
  const dims = tensor.shape.dim.map(({ value }) => value);
  const axes = dims.map((d) => (d.case === 'dimParam' && d.value !== '' ? d.value : null));
  const shape = dims.map((d) => (d.case === 'dimValue' && d.value >= 0n ? Number(d.value) : DYNAMIC));
  return { name, ...types, shape, axes };
}

function dtypeOf(name: string): Pick<Port, 'dtype' | 'elementType'> | undefined {
  const own = OWN_TYPES.find((d) => d === name);
  if (own !== undefined) return { dtype: own };
  if (!Object.hasOwn(FOREIGN_TYPES, name)) return undefined;
  const elementType = name as ForeignType;
  return { dtype: FOREIGN_TYPES[elementType], elementType };
}

/** `[batch, 3, height, ?]` for people. */
export function formatPort({ dtype, shape, anyShape = false, axes }: FilePort): string {
  if (anyShape) return `${dtype} of any shape`;
  const sizes = shape.map((d, i) => (d === DYNAMIC ? (axes[i] ?? (i === 0 ? 'batch' : 'any size')) : d));
  return `${dtype}[${sizes.join(', ')}]`;
}
