import { DTypeError, describeValue, type HostDType, type NDArray, numel, ShapeError, ValueError } from '@descent/core';
import { emptyData } from '../arrays.ts';
import type { RowType, Sample } from '../lazy/lazy-dataset.ts';

/** The buffers of a batch, filled item by item in any order. */
export interface Rows {
  /** Throws when the target is not of the type that the dataset tells. */
  put(position: number, sample: Sample): void;
  /** The batch without the rows at `missing` (in order). */
  finish(missing: readonly number[]): { readonly x: NDArray; readonly y: NDArray };
}

export function rowsOf(item: RowType, target: RowType, count: number): Rows {
  const x = column(item, count);
  const y = column(target, count);
  return {
    put(position, sample) {
      x.set(position, sample.x.data);
      y.set(position, targetData(sample.y, target));
    },
    finish: (missing) => ({ x: x.finish(missing), y: y.finish(missing) }),
  };
}

/** The rows of one array. */
function column({ dtype, shape }: RowType, count: number) {
  const size = numel(shape);
  const data = emptyData(dtype, count * size);
  return {
    set(position: number, row: ArrayLike<number>): void {
      data.set(row, position * size);
    },
    finish(missing: readonly number[]): NDArray {
      const kept = count - missing.length;
      // Rows move up over the gaps; slices have buffers of their own, which can go to another thread.
      for (const [i, gap] of missing.entries()) {
        const end = missing[i + 1] ?? count;
        data.copyWithin((gap - i) * size, (gap + 1) * size, end * size);
      }
      return { dtype, shape: [kept, ...shape], data: missing.length === 0 ? data : data.slice(0, kept * size) };
    },
  };
}

function targetData(y: number | NDArray, type: RowType): ArrayLike<number> {
  if (typeof y === 'object' && y !== null) {
    expectRow('the target', y, type);
    return y.data;
  }
  if (type.shape.length > 0) {
    throw new ShapeError('the target has another shape', {
      received: `${String(y)}, a single value`,
      expected: `an array of shape [${type.shape.join(', ')}], as the dataset tells`,
      fix: 'give { dtype, shape, data }, or leave targetShape out',
    });
  }
  expectNumber(y, type.dtype);
  return [y];
}

const RANGES: { readonly [D in HostDType]?: readonly [number, number] } = {
  bool: [0, 1],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** Throws unless an array of this element type keeps the number as it is. */
function expectNumber(y: unknown, dtype: HostDType): void {
  const range = RANGES[dtype];
  if (typeof y === 'number' && (range === undefined || (Number.isInteger(y) && y >= range[0] && y <= range[1]))) return;
  throw new ValueError('the target of the item does not fit the element type', {
    received: `${typeof y === 'string' ? JSON.stringify(y) : String(y)} (${typeof y})`,
    expected: range === undefined ? `a number (${dtype})` : `a whole number from ${range[0]} to ${range[1]} (${dtype})`,
    fix: "let get give { x, y } with y a number; for numbers with decimals the dataset tells target: 'float32'",
  });
}

/** Throws unless an item has the form of one. */
export function expectSample(sample: Sample): void {
  const { shape, data } = sample?.x ?? {};
  if (Array.isArray(shape) && ArrayBuffer.isView(data)) return;
  throw new ValueError('the item has no array of inputs', {
    received: describeValue(sample),
    expected: '{ x, y } with x an array { dtype, shape, data }',
    fix: 'let get(index) give { x, y }, or a promise of it',
  });
}

/** Throws unless `row` is an array of this type: a batch is one array, so all its items must be alike. */
export function expectRow(what: string, row: NDArray, { dtype, shape }: RowType): void {
  if (row?.dtype !== dtype) {
    throw new DTypeError(`${what} has another element type`, { received: String(row?.dtype), expected: dtype });
  }
  const size = numel(shape);
  if (String(row.shape) === String(shape) && row.data.length === size) return;
  throw new ShapeError(`${what} has another shape`, {
    received: `[${row.shape.join(', ')}] with ${row.data.length} elements`,
    expected: `[${shape.join(', ')}] with ${size} elements`,
    fix: 'the items of a batch become one array, so all must be of the size that the dataset tells',
  });
}
