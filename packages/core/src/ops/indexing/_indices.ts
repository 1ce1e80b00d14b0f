import { ValueError } from '../../errors.ts';
import { notWhatWasWanted } from '../../options.ts';

/** Throws a `ValueError` unless all `indices` are from 0 to `size` − 1. */
export function expectIndices(op: string, indices: ArrayLike<number>, size: number): void {
  if (!Array.isArray(indices) && !ArrayBuffer.isView(indices))
    throw notWhatWasWanted(`${op}: the indices`, indices, { what: 'a list of integers', example: '[0, 2]' });
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (index >= 0 && index < size) continue;
    throw new ValueError(`${op}: an index is out of range`, {
      received: `index ${index} at position ${i} of ${indices.length}`,
      expected:
        size === 0
          ? 'no indices, for an axis of size 0'
          : `integers from 0 to ${size - 1}, for an axis of size ${size}`,
      fix: 'check where the indices come from; negative ones do not count from the end',
    });
  }
}
