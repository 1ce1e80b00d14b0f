import { expectOptions, type HostDType, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectArgument, expectList } from './arguments.ts';
import { emptyData } from './arrays.ts';
import type { ArrayDataset, TargetType } from './dataset.ts';
import { expectArray, expectDataset } from './dataset-check.ts';

/**
 * The items of several datasets, one after another, as a dataset of its own (a copy).
 * @throws ValueError when there is none, or classes, features or element types differ; ShapeError when the items have different shapes.
 */
export function concat<Y extends TargetType>(
  datasets: readonly ArrayDataset<Y>[],
  options: { readonly name?: string } = {},
): ArrayDataset<Y> {
  expectList('concat', datasets, 'a list of datasets');
  for (const dataset of datasets) expectDataset('concat', dataset);
  expectOptions('concat', options, ['name']);
  const [first] = datasets;
  if (first === undefined)
    throw new ValueError('concat: there is no dataset to begin with', { received: 'an empty list' });
  for (const other of datasets) {
    const differs =
      describe(other.classes) !== describe(first.classes)
        ? (['classes', describe(first.classes), describe(other.classes)] as const)
        : describe(other.features ?? []) !== describe(first.features ?? [])
          ? (['features', describe(first.features ?? []), describe(other.features ?? [])] as const)
          : other.x.dtype !== first.x.dtype || other.y.dtype !== first.y.dtype
            ? (['element types', `${first.x.dtype}, ${first.y.dtype}`, `${other.x.dtype}, ${other.y.dtype}`] as const)
            : undefined;
    if (differs !== undefined) {
      throw new ValueError(`concat: ${first.name} and ${other.name} have different ${differs[0]}`, {
        received: differs[2].slice(0, 200),
        expected: differs[1].slice(0, 200),
      });
    }
    for (const [what, array] of [
      ['items', 'x'],
      ['targets', 'y'],
    ] as const) {
      const [received, expected] = [other, first].map((dataset) => `[${dataset[array].shape.slice(1).join(', ')}]`);
      if (received === expected) continue;
      throw new ShapeError(`concat: the ${what} of ${first.name} and ${other.name} have different shapes`, {
        received,
        expected,
      });
    }
  }
  const join = (pick: (dataset: ArrayDataset<Y>) => string): string => [...new Set(datasets.map(pick))].join('; ');
  const { pictures, ...rest } = first;
  const samePictures = datasets.every((other) => JSON.stringify(other.pictures) === JSON.stringify(pictures));
  return {
    ...rest,
    ...(pictures !== undefined && samePictures && { pictures }),
    name: options.name ?? join((d) => d.name).replaceAll('; ', ' + '),
    length: datasets.reduce((sum, { length }) => sum + length, 0),
    x: joined(datasets.map(({ x }) => x)),
    y: joined(datasets.map(({ y }) => y)),
    licence: join((d) => d.licence),
    source: join((d) => d.source),
    citation: join((d) => d.citation),
  };
}

function describe(names: readonly string[]): string {
  return JSON.stringify(names);
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
 * A dataset whose inputs are `change(item, index)` of each input, computed once: all results have the shape and element type of the first. Labels stay.
 * @throws ShapeError when two results have different shapes, ValueError when they have another element type or the dataset is empty.
 */
export function map<Y extends TargetType>(
  dataset: ArrayDataset<Y>,
  change: (item: NDArray, index: number) => NDArray,
): ArrayDataset<Y> {
  expectDataset('map', dataset);
  expectArgument('map', typeof change === 'function', change, '(item, index) => array');
  const shape = dataset.x.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  if (dataset.length === 0) {
    throw new ValueError(`map of ${dataset.name}: there is no item to tell the shape of the results from`);
  }
  let first: NDArray | undefined;
  let data: NDArray['data'] = new Uint8Array();
  for (let i = 0; i < dataset.length; i++) {
    // A copy, so that a change in place does not reach the dataset.
    const item = { dtype: dataset.x.dtype, shape, data: dataset.x.data.slice(i * size, (i + 1) * size) };
    const result = change(item, i);
    expectArray(`map of ${dataset.name}: the result for item ${i}`, result);
    if (first === undefined) {
      first = result;
      data = emptyData(result.dtype, dataset.length * result.data.length);
    }
    if (result.dtype !== first.dtype) {
      throw new ValueError(`map of ${dataset.name}: the results have different element types`, {
        received: `${result.dtype} for item ${i}`,
        expected: first.dtype,
      });
    }
    if (String(result.shape) !== String(first.shape) || result.data.length !== first.data.length) {
      throw new ShapeError(`map of ${dataset.name}: the results have different shapes`, {
        received: `[${result.shape.join(', ')}] with ${result.data.length} elements for item ${i}`,
        expected: `[${first.shape.join(', ')}] with ${first.data.length} elements`,
      });
    }
    data.set(result.data, i * first.data.length);
  }
  const { dtype, shape: itemShape } = first as NDArray;
  // What was done to the items is not known: pictures cannot be prepared like them any more.
  const { pictures: _, ...rest } = dataset;
  return { ...rest, x: { dtype, shape: [dataset.length, ...itemShape], data } };
}
