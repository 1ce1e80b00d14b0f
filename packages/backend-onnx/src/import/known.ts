import { BackendError, type DType, DYNAMIC, formatShape, type Node, type Shape } from '@descent/core';

/** Element types of ONNX that an imported network may compute with. */
export type ElementType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

/**
 * Numbers that are there when the network is built: attributes, initializers that are not trained, and all that follows from shapes. They are computed on
 * the host, so that the graph has none of a file's arithmetic with sizes.
 */
export interface Known {
  readonly kind: 'known';
  readonly elementType: ElementType;
  readonly shape: Shape;
  /** Row-major. 64-bit integers as exact as float64 has them. */
  readonly data: ArrayLike<number>;
  /**
   * Of what follows from the size of the open axis: `data` are for a first size of it, `PROBES[0]`, these are for a second one, `PROBES[1]`. Equal elements
   * do not depend on it, and of others it shows whether they are a multiple of it.
   */
  readonly second?: ArrayLike<number>;
}

/** What flows between operators of an imported network; `undefined` in lists of inputs and outputs is what a node leaves out. */
export type Value = Node | Known;

/** Two sizes of an open axis for which numbers that follow from it are computed. */
export const PROBES = [1009, 2027] as const;

export function isKnown(value: Value | undefined): value is Known {
  return value !== undefined && (value as Known).kind === 'known';
}

export function known(elementType: ElementType, shape: Shape, data: ArrayLike<number>): Known {
  return { kind: 'known', elementType, shape, data };
}

/** Sizes as ONNX has them, int64. The open axis may be among them. */
export function knownSizes(sizes: readonly number[], shape: Shape = [sizes.length]): Known {
  const at = (probe: number): readonly number[] => sizes.map((d) => (d < 0 ? -d * probe : d));
  const value = known('int64', shape, at(PROBES[0]));
  return sizes.some((d) => d < 0) ? { ...value, second: at(PROBES[1]) } : value;
}

/** `value` for one size of the open axis. */
export function atProbe(value: Known, probe: 0 | 1): Known {
  const { second, ...first } = value;
  return probe === 1 && second !== undefined ? { ...first, data: second } : first;
}

/** One value of two that were computed for the two sizes of the open axis. */
export function joinProbes(a: Known, b: Known, path: string): Known {
  const isSameShape = a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i]);
  if (!isSameShape) throw dependsOnBatch(path, `a tensor of ${formatShape(a.shape)} for ${PROBES[0]} samples`);
  const isSame = Array.prototype.every.call(a.data, (v: number, i: number) => Object.is(v, b.data[i]));
  return isSame ? a : { ...a, second: b.data };
}

/**
 * The numbers of `value`, for shapes and the like: a multiple of the open axis is that multiple of `DYNAMIC`.
 * @throws BackendError for numbers that depend on the open axis in another way.
 */
export function numbersOf(value: Known, path: string): readonly number[] {
  const { data, second } = value;
  return Array.from(data, (v, i) => {
    const w = second?.[i] ?? v;
    if (second === undefined || Object.is(v, w)) return v;
    const times = v / PROBES[0];
    if (Number.isInteger(times) && times > 0 && w === times * PROBES[1]) return times * DYNAMIC;
    throw dependsOnBatch(path, `${v} for ${PROBES[0]} samples, ${w} for ${PROBES[1]}`);
  });
}

/** What is thrown where a network computes with the number of samples; a predictor then compiles it for each. */
export function dependsOnBatch(path: string, received: string): BackendError {
  return new BackendError('the imported network computes with the number of samples', {
    path,
    received,
    expected: 'sizes that do not depend on it, or are a multiple of it',
    fix: 'build it for a batch of a given size',
  });
}

const DTYPE_OF: Readonly<Record<ElementType, DType>> = {
  float32: 'float32',
  float16: 'float32',
  bfloat16: 'float32',
  float64: 'float32',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int32',
  uint8: 'uint8',
  uint16: 'int32',
  uint32: 'int32',
  uint64: 'int32',
  bool: 'bool',
};

/** The type of the graph that stands for an ONNX type; undefined for texts, complex numbers and the like. */
export function dtypeOf(elementType: string): DType | undefined {
  return Object.hasOwn(DTYPE_OF, elementType) ? DTYPE_OF[elementType as ElementType] : undefined;
}
