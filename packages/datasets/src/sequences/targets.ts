import { describeValue, formatShape, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { expectArray } from '../dataset-check.ts';

/** An integer an item, an array `[items, …]`, or a list of integers an item, one for each of its entries. */
export type SequenceTargets = ArrayLike<number> | NDArray | readonly ArrayLike<number>[];

/** How items were cut and padded. */
export interface Padding {
  /** Entries of each item, and how many of them are kept, from which on. */
  readonly lengths: readonly number[];
  readonly kept: readonly number[];
  readonly from: (item: number) => number;
  readonly time: number;
  readonly ignoreIndex: number;
}

/** The targets as an array: `[items, …]` as they are, `[items, time]` of entries. Throws a `ShapeError` or `ValueError` for those that do not fit. */
export function paddedTargets(targets: SequenceTargets, padding: Padding): NDArray {
  const { lengths, kept, from, time, ignoreIndex } = padding;
  if (typeof targets === 'object' && targets !== null && 'data' in targets) {
    expectArray('sequenceDataset: targets', targets);
    if (targets.shape[0] !== lengths.length) throw another(formatShape(targets.shape), lengths.length);
    return targets;
  }
  expectList('sequenceDataset: targets', targets, 'a list of one target an item, or an array');
  if (targets.length !== lengths.length) throw another(`${targets.length} targets`, lengths.length);
  const list = Array.from(targets as ArrayLike<unknown>);
  if (list.every((target) => typeof target === 'number')) {
    for (const [i, target] of list.entries()) expectInteger(target, `of item ${i}`);
    return { dtype: 'int32', shape: [list.length], data: Int32Array.from(list as number[]) };
  }
  const data = new Int32Array(lengths.length * time).fill(expectInteger(ignoreIndex, 'as ignoreIndex'));
  for (const [i, row] of list.entries()) {
    expectList(`sequenceDataset: targets of item ${i}`, row, 'a list of one target an entry, as of the other items');
    if (row.length !== lengths[i])
      throw new ShapeError('sequenceDataset: an item has another number of targets than of entries', {
        received: `${row.length} targets of item ${i}`,
        expected: `${lengths[i]}, one an entry`,
      });
    for (let t = 0; t < (kept[i] as number); t++)
      data[i * time + t] = expectInteger(row[from(i) + t], `of entry ${from(i) + t} of item ${i}`);
  }
  return { dtype: 'int32', shape: [lengths.length, time], data };
}

function another(received: string, items: number): ShapeError {
  return new ShapeError('sequenceDataset: there are not as many targets as items', {
    received,
    expected: `${items}, one an item`,
  });
}

function expectInteger(value: unknown, of: string): number {
  if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31) return value as number;
  throw new ValueError('sequenceDataset: this is no class', {
    received: `${describeValue(value)} ${of}`,
    expected: 'whole numbers',
    fix: 'numbers to predict come as an array: tensor([0.5, 1.5]) of @descent/core',
  });
}
