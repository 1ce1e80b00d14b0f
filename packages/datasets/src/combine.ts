import {
  expectOptions,
  type HostDType,
  type NDArray,
  type NDArrays,
  numel,
  ShapeError,
  ValueError,
} from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { expectArgument, expectList } from './arguments.ts';
import { emptyData } from './arrays.ts';
import type { DatasetOf, PlainDataset } from './dataset.ts';
import { datasetOf, expectParts } from './dataset-check.ts';

/**
 * The items of several datasets, one after another, as a dataset of its own (a copy).
 * @throws ValueError when there is none, or classes, features, names of arrays or element types differ; ShapeError when the items have different shapes.
 */
export function concatDatasets<X extends NDArrays, Y extends NDArrays>(
  datasets: readonly PlainDataset<X, Y>[],
  options: { readonly name?: string } = {},
): DatasetOf<X, Y> {
  expectList('concatDatasets', datasets, 'a list of datasets');
  const all = Array.from(datasets, (dataset) => datasetOf('concatDatasets', dataset));
  expectOptions('concatDatasets', options, ['name']);
  const [first] = all;
  if (first === undefined)
    throw new ValueError('concatDatasets: there is no dataset to begin with', { received: 'an empty list' });
  for (const other of all) expectAlike(first, other);
  const join = (pick: (dataset: DatasetOf) => string): string => [...new Set(all.map(pick))].join('; ');
  const { pictures, ...rest } = first;
  const samePictures = all.every((other) => JSON.stringify(other.pictures) === JSON.stringify(pictures));
  return {
    ...rest,
    ...(pictures !== undefined && samePictures && { pictures }),
    name: options.name ?? join((d) => d.name).replaceAll('; ', ' + '),
    length: all.reduce((sum, { length }) => sum + length, 0),
    x: joinedAll(all.map(({ x }) => x)),
    y: joinedAll(all.map(({ y }) => y)),
    licence: join((d) => d.licence),
    source: join((d) => d.source),
    citation: join((d) => d.citation),
  };
}

/** Throws unless the items of `other` can follow those of `first`. */
function expectAlike(first: DatasetOf, other: DatasetOf): void {
  const names = ({ x, y }: DatasetOf): string => describe([x, y].flatMap((of) => inOrder(of).map(([name]) => name)));
  const types = ({ x, y }: DatasetOf): string => [x, y].flatMap((of) => inOrder(of).map(([, a]) => a.dtype)).join(', ');
  const differs = (
    [
      ['classes', describe(first.classes), describe(other.classes)],
      ['annotations', describeOne(first.annotations), describeOne(other.annotations)],
      ['features', describe(first.features ?? []), describe(other.features ?? [])],
      ['names of arrays', names(first), names(other)],
      ['element types', types(first), types(other)],
    ] as const
  ).find(([, expected, received]) => expected !== received);
  if (differs !== undefined) {
    throw new ValueError(`concatDatasets: ${first.name} and ${other.name} have different ${differs[0]}`, {
      received: differs[2].slice(0, 200),
      expected: differs[1].slice(0, 200),
    });
  }
  for (const [what, key] of [
    ['items', 'x'],
    ['targets', 'y'],
  ] as const) {
    const shapes = (dataset: DatasetOf): string =>
      inOrder(dataset[key])
        .map(([name, { shape }]) => `${name === '' ? '' : `${name} `}[${shape.slice(1).join(', ')}]`)
        .join(', ');
    const [received, expected] = [shapes(other), shapes(first)];
    if (received === expected) continue;
    throw new ShapeError(`concatDatasets: the ${what} of ${first.name} and ${other.name} have different shapes`, {
      received,
      expected,
    });
  }
}

/** The arrays with their names, which may have been written in another order. */
function inOrder(arrays: NDArrays): readonly (readonly [string, NDArray])[] {
  return leavesOf(arrays).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function describeOne(annotations: DatasetOf['annotations']): string {
  return annotations === undefined ? 'none' : JSON.stringify(annotations);
}

function describe(names: readonly string[]): string {
  return JSON.stringify(names);
}

function joinedAll<T extends NDArrays>(all: readonly T[]): T {
  const part = (tree: NDArrays, name: string): NDArray => (isLeaf(tree) ? tree : (tree[name] as NDArray));
  return mapTree(all[0] as NDArrays, (_, name) => joined(all.map((tree) => part(tree, name)))) as NDArrays as T;
}

function joined<D extends HostDType>(arrays: readonly NDArray<D>[]): NDArray<D> {
  const { dtype, shape } = arrays[0] as NDArray<D>;
  const data = emptyData(
    dtype,
    arrays.reduce((sum, array) => sum + array.data.length, 0),
  );
  let at = 0;
  for (const array of arrays) {
    data.set(array.data, at);
    at += array.data.length;
  }
  const length = arrays.reduce((sum, array) => sum + (array.shape[0] as number), 0);
  return { dtype, shape: [length, ...shape.slice(1)], data };
}

/**
 * A dataset whose inputs are `change(item, index)` of each input, computed once; items and results are one array, or several by name. All results have the
 * shapes and element types of the first. Labels stay.
 * @throws ShapeError when two results have different shapes, ValueError when they have another element type or the dataset is empty.
 */
export function map<Y extends NDArrays>(
  dataset: PlainDataset<NDArray, Y>,
  change: (item: NDArray, index: number) => NDArray,
): DatasetOf<NDArray, Y>;
export function map<X extends NDArrays, Y extends NDArrays, R extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  change: (item: X, index: number) => R,
): DatasetOf<R, Y>;
export function map<Y extends NDArrays>(
  dataset: PlainDataset<NDArrays, Y>,
  change: (item: never, index: number) => NDArrays,
): DatasetOf<NDArrays, Y> {
  const data = datasetOf('map', dataset);
  expectArgument('map', typeof change === 'function', change, '(item, index) => array');
  const { name, length } = data;
  if (length === 0) {
    throw new ValueError(`map of ${name}: there is no item to tell the shape of the results from`);
  }
  let columns: ReadonlyMap<string, ResultColumn> | undefined;
  let one: NDArrays = data.x;
  for (let i = 0; i < length; i++) {
    // A copy, so that a change in place does not reach the dataset.
    const item = mapTree(data.x, (array) => copiedRow(array, i)) as NDArrays;
    const result = change(item as never, i);
    expectParts(`map of ${name}: the result for item ${i}`, result);
    const parts = leavesOf(result);
    if (columns === undefined) {
      one = result;
      columns = new Map(parts.map(([part, row]) => [part, resultColumn(name, row, length)]));
    }
    if (parts.length !== columns.size || parts.some(([part]) => columns?.has(part) !== true)) {
      throw new ValueError(`map of ${name}: the results have different arrays`, {
        received: `${parts.map(([part]) => part || 'one array').join(', ')} for item ${i}`,
        expected: [...columns.keys()].map((part) => part || 'one array').join(', '),
      });
    }
    for (const [part, row] of parts) columns.get(part)?.set(row, i);
  }
  // What was done to the items is not known: pictures cannot be prepared like them any more.
  const { pictures: _, ...rest } = data;
  return { ...rest, x: mapTree(one, (_, part) => columns?.get(part)?.array as NDArray) as NDArrays };
}

function copiedRow({ dtype, shape, data }: NDArray, index: number): NDArray {
  const size = numel(shape.slice(1));
  return { dtype, shape: shape.slice(1), data: data.slice(index * size, (index + 1) * size) };
}

/** The results of `map`, row by row. */
interface ResultColumn {
  readonly array: NDArray;
  set(row: NDArray, index: number): void;
}

function resultColumn(dataset: string, first: NDArray, length: number): ResultColumn {
  const { dtype, shape } = first;
  const data = emptyData(dtype, length * first.data.length);
  return {
    array: { dtype, shape: [length, ...shape], data },
    set(row, i) {
      if (row.dtype !== dtype) {
        throw new ValueError(`map of ${dataset}: the results have different element types`, {
          received: `${row.dtype} for item ${i}`,
          expected: dtype,
        });
      }
      if (String(row.shape) !== String(shape) || row.data.length !== first.data.length) {
        throw new ShapeError(`map of ${dataset}: the results have different shapes`, {
          received: `[${row.shape.join(', ')}] with ${row.data.length} elements for item ${i}`,
          expected: `[${shape.join(', ')}] with ${first.data.length} elements`,
        });
      }
      data.set(row.data, i * first.data.length);
    },
  };
}
