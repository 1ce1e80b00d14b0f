import {
  type DataOf,
  describeValue,
  formatShape,
  type HostDType,
  type NDArray,
  type Shape,
  ShapeError,
  ValueError,
} from '@descent/core';
import { expectList } from '../arguments.ts';
import { expectArray } from '../dataset-check.ts';
import { expectTokens } from '../text/token-windows.ts';

/** Sequences, all of one type. */
export interface SequenceRows {
  /** What their array is called: `tokens` of lists, `x` of arrays. */
  readonly name: 'tokens' | 'x';
  readonly dtype: HostDType;
  /** Of one entry. */
  readonly shape: Shape;
  readonly lengths: readonly number[];
  data(index: number): DataOf<HostDType>;
}

/** The items as lists of tokens, or as arrays with time in front. Throws a `ValueError` or `ShapeError` for others, and for none. */
export function sequenceRows(items: readonly (NDArray | ArrayLike<number>)[]): SequenceRows {
  const [first] = items;
  if (first === undefined)
    throw new ValueError('sequenceDataset: there is no item', { received: 'an empty list', expected: 'at least one' });
  const rows = isArray(first) ? arrayRows(items as readonly NDArray[], first) : tokenRows(items);
  const empty = rows.lengths.indexOf(0);
  if (empty < 0) return rows;
  throw new ValueError('sequenceDataset: an item is empty', {
    received: `item ${empty} of ${items.length}, without an entry`,
    expected: 'at least one entry an item',
    fix: 'leave the item out, or give it one token, such as that of padding',
  });
}

function isArray(item: unknown): item is NDArray {
  return typeof item === 'object' && item !== null && 'data' in item;
}

function tokenRows(items: readonly unknown[]): SequenceRows {
  const rows = items.map((item, i) => {
    if (typeof item === 'string')
      throw new ValueError('sequenceDataset: an item is text', {
        received: `item ${i}: ${describeValue(item)}`,
        expected: 'a list of tokens',
        fix: 'give it to encode of a tokenizer, such as characters(text) makes',
      });
    expectList(`sequenceDataset: item ${i}`, item, 'a list of tokens; all of them lists, or all of them arrays');
    return expectTokens('sequenceDataset', item as ArrayLike<number>, `item ${i}`);
  });
  return {
    name: 'tokens',
    dtype: 'int32',
    shape: [],
    lengths: rows.map(({ length }) => length),
    data: (index) => rows[index] as Int32Array,
  };
}

function arrayRows(items: readonly NDArray[], { dtype, shape }: NDArray): SequenceRows {
  const entry = shape?.slice(1);
  for (const [i, item] of items.entries()) {
    expectArray(`sequenceDataset: item ${i}`, item);
    if (item.shape.length >= 1 && item.dtype === dtype && String(item.shape.slice(1)) === String(entry)) continue;
    throw new ShapeError('sequenceDataset: an item does not fit the others', {
      received: `item ${i}: ${item.dtype} ${formatShape(item.shape)}`,
      expected: `${dtype} [length${entry.map((d) => `, ${d}`).join('')}], as item 0`,
    });
  }
  return {
    name: 'x',
    dtype,
    shape: entry,
    lengths: items.map((item) => item.shape[0] as number),
    data: (index) => (items[index] as NDArray).data,
  };
}
