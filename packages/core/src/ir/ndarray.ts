import { ShapeError } from '../errors.ts';
import { allocate, type DataOf, expectHolds, type HostDType } from './dtype.ts';
import { formatShape, numel, type Shape } from './shape.ts';

/** A tensor's values on the host: row-major `data` of `shape`. A plain value; nothing needs to be disposed. */
export interface NDArray<D extends HostDType = HostDType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DataOf<D>;
}

/** Nested lists of numbers or booleans, as deep as the tensor's rank. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** Wraps `data` without copying. Throws a `ShapeError` when the lengths disagree. */
export function ndarray<D extends HostDType>(dtype: D, shape: Shape, data: DataOf<D>): NDArray<D> {
  if (data.length !== numel(shape)) {
    throw new ShapeError('the data does not fill the shape', {
      received: `${data.length} elements`,
      expected: `${numel(shape)} elements for shape ${formatShape(shape)}`,
    });
  }
  return { dtype, shape, data };
}

export function zeros<D extends HostDType = 'float32'>(shape: Shape, dtype: D = 'float32' as D): NDArray<D> {
  return { dtype, shape, data: allocate(dtype, numel(shape)) };
}

/** An array of `shape` with every element equal to `value`. Throws a `DTypeError` when `dtype` does not hold it. */
export function full<D extends HostDType = 'float32'>(
  shape: Shape,
  value: number,
  dtype: D = 'float32' as D,
): NDArray<D> {
  expectHolds('full', value, dtype);
  const array = zeros(shape, dtype);
  array.data.fill(value);
  return array;
}

/**
 * A host array from nested lists: `tensor([[1, 2], [3, 4]])` has shape `[2, 2]`.
 * @throws ShapeError when rows have different lengths; DTypeError for what `dtype` does not hold, such as 0.5 as int32.
 */
export function tensor<D extends HostDType = 'float32'>(values: NestedNumbers, dtype: D = 'float32' as D): NDArray<D> {
  const shape = shapeOf(values);
  const array = zeros(shape, dtype);
  let at = 0;
  const fill = (v: NestedNumbers, depth: number): void => {
    const isList = typeof v === 'object';
    if (isList !== depth < shape.length || (isList && v.length !== shape[depth])) {
      throw new ShapeError('the nested lists are ragged', {
        received: isList ? `a list of length ${v.length} at depth ${depth}` : `a number at depth ${depth}`,
        expected: `lists that all fit shape ${formatShape(shape)}`,
      });
    }
    if (isList) for (const child of v) fill(child, depth + 1);
    else {
      const value = typeof v === 'boolean' ? Number(v) : v;
      expectHolds('tensor', value, dtype);
      array.data[at++] = value;
    }
  };
  fill(values, 0);
  return array;
}

/** The elements as nested lists; a rank-0 array gives one number. */
export function toNested(array: NDArray): NestedNumbers {
  let at = 0;
  const build = (depth: number): NestedNumbers =>
    depth === array.shape.length
      ? (array.data[at++] as number)
      : Array.from({ length: array.shape[depth] as number }, () => build(depth + 1));
  return build(0);
}

function shapeOf(values: NestedNumbers): Shape {
  const shape: number[] = [];
  let v: NestedNumbers | undefined = values;
  while (typeof v === 'object') {
    shape.push(v.length);
    v = v[0];
  }
  return shape;
}
