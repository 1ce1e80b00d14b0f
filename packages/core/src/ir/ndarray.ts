import { ShapeError } from '../errors.ts';
import { describeValue } from '../options.ts';
import { allocate, type DataOf, expectHolds, type HostDType, holds } from './dtype.ts';
import { expectHostDType, expectShape, hostArray, nameOf } from './host-array.ts';
import { formatShape, numel, type Shape } from './shape.ts';

/** A tensor's values on the host: row-major `data` of `shape`. A plain value; nothing needs to be disposed. */
export interface NDArray<D extends HostDType = HostDType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DataOf<D>;
}

/** Nested lists of numbers or booleans, as deep as the tensor's rank. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** What a tensor can be made of: nested lists of numbers, booleans and big integers. */
export type NestedValues = number | boolean | bigint | readonly NestedValues[];

/** What holds the elements of a host array of type `D`; 64-bit integers become int32 where they fit. */
export type DataFor<D extends HostDType> = DataOf<D> | (D extends 'int32' ? BigInt64Array | BigUint64Array : never);

/**
 * Wraps `data` without copying; only integers of other sizes, such as a `BigInt64Array` of labels, are copied to int32.
 * @throws ShapeError when the data do not fill the shape, DTypeError when they are of another type, ValueError for integers outside of int32.
 */
export function ndarray<D extends HostDType>(dtype: D, shape: Shape, data: DataFor<D>): NDArray<D> {
  const { dtype: held, data: numbers } = hostArray('ndarray', { dtype, shape, data });
  return { dtype: held as D, shape, data: numbers as DataOf<D> };
}

export function zeros<D extends HostDType = 'float32'>(shape: Shape, dtype: D = 'float32' as D): NDArray<D> {
  expectHostDType(dtype);
  expectShape(shape);
  return { dtype, shape, data: allocate(dtype, numel(shape)) };
}

/** An array with every element equal to `value`. Throws a `DTypeError` when `dtype` does not hold it. */
export function full<D extends HostDType = 'float32'>(
  shape: Shape,
  value: number,
  dtype: D = 'float32' as D,
): NDArray<D> {
  const array = zeros(shape, dtype);
  array.data.fill(element(value, dtype, () => 'full'));
  return array;
}

/**
 * A host array from nested lists: `tensor([[1, 2], [3, 4]])` has shape `[2, 2]`.
 * @throws ShapeError when rows have different lengths, DTypeError for what `dtype` does not hold, such as a text, or 0.5 as int32.
 */
export function tensor<D extends HostDType = 'float32'>(values: NestedValues, dtype: D = 'float32' as D): NDArray<D> {
  expectHostDType(dtype);
  const shape = shapeOf(values);
  const array = zeros(shape, dtype);
  let at = 0;
  const fill = (v: NestedValues, depth: number): void => {
    const list = listOf(v);
    if ((list !== undefined) !== depth < shape.length || (list !== undefined && list.length !== shape[depth])) {
      throw new ShapeError('the nested lists are ragged', {
        received:
          list === undefined
            ? `${describeValue(v)} at depth ${depth}`
            : `a list of length ${list.length} at depth ${depth}`,
        expected: `lists that all fit shape ${formatShape(shape)}`,
      });
    }
    if (list === undefined) {
      const place = at++;
      array.data[place] = element(v, dtype, () => `tensor at ${positionOf(place, shape)}`);
    } else for (const child of list as readonly NestedValues[]) fill(child, depth + 1);
  };
  fill(values, 0);
  return array;
}

/** `value` as an element of type `dtype`; `where` tells what it is for. */
function element(value: unknown, dtype: HostDType, where: () => string): number {
  const number = typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value;
  if (!holds(number, dtype)) expectHolds(where(), value as number, dtype);
  return number as number;
}

function positionOf(place: number, shape: Shape): string {
  let rest = place;
  const position = shape.toReversed().map((size) => {
    const i = rest % size;
    rest = Math.floor(rest / size);
    return i;
  });
  return `[${position.toReversed().join(', ')}]`;
}

function listOf(v: unknown): ArrayLike<unknown> | undefined {
  return Array.isArray(v) || nameOf(v) !== undefined ? (v as ArrayLike<unknown>) : undefined;
}

/** The elements as nested lists; a rank-0 array gives one number. */
export function toNested(array: NDArray): NestedNumbers {
  const { shape, data } = hostArray('array', array);
  let at = 0;
  const build = (depth: number): NestedNumbers =>
    depth === shape.length
      ? (data[at++] as number)
      : Array.from({ length: shape[depth] as number }, () => build(depth + 1));
  return build(0);
}

function shapeOf(values: unknown): Shape {
  const shape: number[] = [];
  for (let list = listOf(values); list !== undefined; list = listOf(list[0])) shape.push(list.length);
  return shape;
}
