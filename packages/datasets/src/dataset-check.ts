import {
  describeValue,
  type HostDType,
  type NDArray,
  type NDArrays,
  numel,
  ShapeError,
  ValueError,
} from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { ARRAYS } from './arrays.ts';
import { foundClasses } from './class-labels.ts';
import type { DatasetOf, PlainDataset, TargetType } from './dataset.ts';
import type { LazyDataset, LazyDatasetOf, RowType } from './lazy/lazy-dataset.ts';

/**
 * The dataset in memory that `given`, an argument of `what`, describes: itself when it is complete, else with the name, the length and the classes that its arrays tell.
 * @throws ValueError that names what is missing, ShapeError when data do not fill their shape or have other numbers of rows.
 */
export function datasetOf<X extends NDArrays, Y extends NDArrays>(
  what: string,
  given: PlainDataset<X, Y>,
): DatasetOf<X, Y> {
  const dataset: unknown = given;
  if (typeof dataset !== 'object' || dataset === null || dataset instanceof Promise || Array.isArray(dataset)) {
    throw new ValueError(`${what}: this is no dataset`, {
      received: describeValue(dataset),
      expected: '{ x, y }, such as mnistSample() gives',
      ...(dataset instanceof Promise ? { fix: 'await it' } : {}),
    });
  }
  const { name = 'data', x, y, length, classes, licence, source, citation } = given;
  if (x === undefined || y === undefined) {
    throw new ValueError(`${what}: the dataset is not complete`, {
      received: `an object with ${Object.keys(dataset).join(', ') || 'nothing'}`,
      expected:
        '{ x, y }: inputs and targets, arrays with as many rows as there are items; or several arrays each, by name',
      fix: "tensor([[1, 2], [3, 4]]) and tensor([0, 1], 'int32') of @descent/core make arrays of lists",
    });
  }
  const problem =
    typeof name !== 'string'
      ? `name: ${describeValue(name)}`
      : length !== undefined && !isCount(length)
        ? `length: ${describeValue(length)}`
        : classes !== undefined && !Array.isArray(classes)
          ? `classes: ${describeValue(classes)}`
          : undefined;
  if (problem !== undefined) {
    throw new ValueError(`${what}: the dataset is not described as it should be`, {
      received: problem,
      expected: 'name: a text; length: the number of items; classes: a list of names, empty for numbers to predict',
      fix: 'leave them out: { x, y } is enough',
    });
  }
  expectParts(`${what}: x of ${name}`, x);
  expectParts(`${what}: y of ${name}`, y);
  const rows = length ?? commonRows(what, name, x, y);
  expectRows(`${what}: x of ${name}`, x, rows);
  expectRows(`${what}: y of ${name}`, y, rows);
  const isComplete = [given.name, length, classes, licence, source, citation].every((value) => value !== undefined);
  if (isComplete) return given as DatasetOf<X, Y>;
  return {
    ...given,
    ...{ name, length: rows, classes: classes ?? foundClasses(y) },
    ...{ licence: licence ?? 'unknown', source: source ?? 'unknown', citation: citation ?? '' },
  };
}

/** The number of rows that most speak for: that of the first array. Throws when another has more or fewer. */
function commonRows(what: string, name: string, x: NDArrays, y: NDArrays): number {
  const arrays = [...namedArrays('x', x), ...namedArrays('y', y)];
  const rows = arrays[0]?.[1].shape[0];
  if (rows !== undefined && arrays.every(([, { shape }]) => shape[0] === rows)) return rows;
  throw new ShapeError(`${what}: the arrays of ${name} do not belong together`, {
    received: arrays.map(([of, { shape }]) => `${of} [${shape.join(', ')}]`).join(', '),
    expected: 'the same number of rows on the first axis of all, one for each item',
  });
}

function namedArrays(of: string, arrays: NDArrays): readonly (readonly [string, NDArray])[] {
  return leavesOf(arrays).map(([name, array]) => [partName(of, name), array] as const);
}

/** What errors call a part: `x`, or `x.picture`. */
function partName(of: string, name: string): string {
  return name === '' ? of : `${of}.${name}`;
}

/** `int32 [10]`, or `label int32 [10], size float32 [10]`. */
export function formatArrays(arrays: NDArrays): string {
  const one = ({ dtype, shape }: NDArray): string => `${dtype} [${shape.join(', ')}]`;
  return leavesOf(arrays)
    .map(([name, array]) => (name === '' ? one(array) : `${name} ${one(array)}`))
    .join(', ');
}

function expectRows(what: string, arrays: NDArrays, length: number): void {
  for (const [name, { shape }] of leavesOf(arrays)) {
    if (shape[0] === length) continue;
    const of = name === '' ? what : `${what}, ${name},`;
    throw new ShapeError(`${of} has another number of rows than the dataset has items`, {
      received: `[${shape.join(', ')}]`,
      expected: `${length} rows, one for each item`,
    });
  }
}

/** Throws unless `arrays` is an array with a shape, or several by name. */
export function expectParts(what: string, arrays: unknown): asserts arrays is NDArrays {
  if (!isPlainRecord(arrays) || isHostArrayLike(arrays)) return expectArray(what, arrays);
  const entries = Object.entries(arrays);
  if (entries.length === 0) return expectArray(what, arrays);
  for (const [name, array] of entries) {
    if (name === '' || RESERVED.includes(name)) {
      throw new ValueError(`${what}: this cannot be the name of one of several arrays`, {
        received: JSON.stringify(name),
        expected: `a text other than ${RESERVED.join(', ')}`,
        fix: 'give the array another name',
      });
    }
    expectArray(`${what}, ${name},`, array);
  }
}

/** What tells one array from several by name. */
const RESERVED: readonly string[] = ['shape', 'data', 'dtype', 'inputs'];

function isHostArrayLike(value: Readonly<Record<string, unknown>>): boolean {
  const { shape, data, dtype } = value;
  return Array.isArray(shape) || ArrayBuffer.isView(data) || typeof dtype === 'string';
}

/** Whether a value is an object of named things, not a list, a typed array or an object of a class. */
export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Throws unless `array` is a typed array with a shape that its elements fill. */
export function expectArray(what: string, array: unknown): asserts array is NDArray {
  const { dtype, shape, data } = (typeof array === 'object' && array !== null ? array : {}) as Partial<NDArray>;
  if (!isDType(dtype) || !isShape(shape) || !(data instanceof ARRAYS[dtype])) {
    const isHost = typeof array === 'object' && array !== null && !Array.isArray(array) && !ArrayBuffer.isView(array);
    throw new ValueError(`${what} is no array with a shape`, {
      received: isHost
        ? `{ dtype: ${String(dtype)}, shape: ${JSON.stringify(shape)}, data: ${describeValue(data)} }`
        : describeValue(array),
      expected: isDType(dtype)
        ? `{ dtype: '${dtype}', shape: [rows, …], data: ${ARRAYS[dtype].name} }`
        : `{ dtype, shape, data } with the dtype ${Object.keys(ARRAYS).join(', ')}`,
      fix:
        data instanceof BigInt64Array || data instanceof BigUint64Array
          ? "ndarray('int32', shape, data) of @descent/core makes int32 of 64-bit integers"
          : "tensor([[1, 2], [3, 4]], 'float32') of @descent/core makes one of lists",
    });
  }
  if (data.length === numel(shape)) return;
  throw new ShapeError(`${what}: the data do not fill the shape`, {
    received: `${data.length} elements`,
    expected: `${numel(shape)} for [${shape.join(', ')}]`,
  });
}

/** What is wrong with a lazy dataset, or undefined. */
export function lazyProblem(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return describeValue(made);
  const {
    name,
    length,
    classes,
    sample,
    target,
    targetShape = [],
    get,
  } = made as Partial<LazyDataset<TargetType> & Pick<LazyDatasetOf, 'sample' | 'target'>>;
  if (typeof get !== 'function') return `get: ${describeValue(get)}`;
  if (typeof name !== 'string') return `name: ${describeValue(name)}`;
  if (!isCount(length)) return `length: ${String(length)}`;
  if (!Array.isArray(classes)) return `classes: ${describeValue(classes)}`;
  const several = typeof target === 'object' && target !== null;
  if (!several && !isDType(target)) return `target: ${String(target)}`;
  if (!isShape(targetShape)) return `targetShape: ${JSON.stringify(targetShape)}`;
  return (several ? rowTypeProblem('target', target) : undefined) ?? rowTypeProblem('sample', sample);
}

/** What is wrong with the type of an item, or of several parts by name. */
function rowTypeProblem(path: string, given: unknown): string | undefined {
  const { dtype, shape } = (given ?? {}) as Partial<RowType>;
  const entries = isPlainRecord(given) && dtype === undefined && shape === undefined ? Object.entries(given) : [];
  const reserved = entries.find(([name]) => name === '' || RESERVED.includes(name));
  if (reserved !== undefined) return `${path}: a part called ${JSON.stringify(reserved[0])}`;
  if (entries.length > 0) {
    return entries.reduce<string | undefined>(
      (found, [name, one]) =>
        found ??
        (isPlainRecord(one) ? oneTypeProblem(`${path}.${name}`, one) : `${path}.${name}: ${describeValue(one)}`),
      undefined,
    );
  }
  return oneTypeProblem(path, { dtype, shape });
}

function oneTypeProblem(
  path: string,
  { dtype, shape }: { readonly dtype?: unknown; readonly shape?: unknown },
): string | undefined {
  if (!isDType(dtype)) return `${path}.dtype: ${String(dtype)}`;
  return isShape(shape) ? undefined : `${path}.shape: ${JSON.stringify(shape)}`;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isDType(dtype: unknown): dtype is HostDType {
  return typeof dtype === 'string' && Object.hasOwn(ARRAYS, dtype);
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every(isCount);
}
