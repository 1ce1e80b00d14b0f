import {
  DTypeError,
  describeValue,
  type HostDType,
  type NDArray,
  type NDArrays,
  numel,
  ShapeError,
  type Tree,
  ValueError,
} from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { emptyData } from '../arrays.ts';
import type { RowType, SampleOf } from '../lazy/lazy-dataset.ts';
import { inPart } from '../transforms/part-transforms.ts';

/** The buffers of a batch, filled item by item in any order. */
export interface Rows {
  /** Throws when the target is not of the type that the dataset tells. */
  put(position: number, sample: SampleOf): void;
  /** The batch without the rows at `missing` (in order). */
  finish(missing: readonly number[]): { readonly x: NDArrays; readonly y: NDArrays };
}

export function rowsOf(item: Tree<RowType>, target: Tree<RowType>, count: number): Rows {
  const x = columns(item, count, (row) => (row as NDArray).data);
  const y = columns(target, count, targetData);
  return {
    put(position, sample) {
      x.set(position, sample.x);
      y.set(position, sample.y);
    },
    finish: (missing) => ({ x: x.finish(missing), y: y.finish(missing) }),
  };
}

type DataOfRow = (row: number | NDArray, type: RowType) => ArrayLike<number>;

/** The rows of one array, or of each of several by name. */
function columns(types: Tree<RowType>, count: number, dataOf: DataOfRow) {
  const all = leavesOf(types).map(([name, type]) => ({ name, type, rows: column(type, count) }));
  return {
    set(position: number, given: Tree<number | NDArray>): void {
      // Apart, since this runs for every item.
      if (isLeaf(types)) all[0]?.rows.set(position, dataOf(given as number | NDArray, types));
      else
        for (const { name, type, rows } of all)
          inPart(name, () => rows.set(position, dataOf(partOf(given, name), type)));
    },
    finish(missing: readonly number[]): NDArrays {
      const done = new Map(all.map(({ name, rows }) => [name, rows.finish(missing)]));
      return mapTree(types, (_, name) => done.get(name) as NDArray) as NDArrays;
    },
  };
}

/** Throws unless targets are arrays of the types that the dataset tells, or numbers where it tells a single value. */
export function expectTargets(given: Tree<number | NDArray>, types: Tree<RowType>): void {
  for (const [name, type] of leavesOf(types)) {
    inPart(name, () => targetData(isLeaf(types) ? (given as number | NDArray) : partOf(given, name), type));
  }
}

/** One of several values by name. */
function partOf(given: Tree<number | NDArray>, name: string): number | NDArray {
  const parts = given as Readonly<Record<string, number | NDArray>>;
  if (typeof parts === 'object' && parts !== null && Object.hasOwn(parts, name)) return parts[name] as number | NDArray;
  throw new ValueError('the item has no target of this name', {
    received: typeof parts === 'object' && parts !== null ? Object.keys(parts).join(', ') : describeValue(parts),
    expected: name,
    fix: 'let get(index) give the targets that the dataset tells, by name',
  });
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

/** Throws unless an item has the form of one: an array, or arrays of the names that the dataset tells. */
export function expectSample(sample: SampleOf, type: Tree<RowType>): void {
  const x: unknown = sample?.x;
  // Apart, since this runs for every item.
  if (isLeaf(type)) {
    if (!isArray(x)) throw noInputs('', sample, 'an array { dtype, shape, data }');
    return;
  }
  const names = Object.keys(type);
  const missing = names.find((name) => !isArray((x as Readonly<Record<string, unknown>> | null | undefined)?.[name]));
  if (missing !== undefined)
    throw noInputs(` called ${missing}`, x, `arrays { dtype, shape, data } by name: ${names.join(', ')}`);
}

function isArray(x: unknown): x is NDArray {
  const { shape, data } = (x ?? {}) as Partial<NDArray>;
  return Array.isArray(shape) && ArrayBuffer.isView(data);
}

function noInputs(called: string, received: unknown, expected: string): ValueError {
  return new ValueError(`the item has no array of inputs${called}`, {
    received: describeValue(received),
    expected: `{ x, y } with x ${expected}`,
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
