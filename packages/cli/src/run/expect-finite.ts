import { type NDArray, type NDArrays, type Trainer, ValueError } from '@descent/core';
import { firstNonFinite, leavesOf } from '@descent/core/backend';
import { subset } from '@descent/datasets';
import type { LoadedData, LoadedSet } from '../config/data.ts';

/**
 * Throws when a sample of the data holds NaN or an infinity that the network does not answer with finite numbers: its loss could be no number either, and in
 * held-out data that would only show at the end of an epoch.
 */
export async function expectFinite(trainer: Pick<Trainer, 'predict'>, data: LoadedData): Promise<void> {
  for (const role of ['train', 'validation', 'test'] as const) {
    const set = data[role];
    const found = set === null ? null : firstOdd(set);
    if (set === null || found === null) continue;
    const answer: NDArrays = await trainer.predict(subset(set, Uint32Array.of(found.row)).x as NDArray);
    // A network may have been made for data with gaps.
    if (leavesOf<NDArray>(answer).every(([, array]) => firstNonFinite(array) === -1)) continue;
    throw new ValueError('a sample is not made of finite numbers', {
      path: `${role} data of ${set.name}`,
      received: `${found.value} in ${found.name === '' ? '' : `${found.name} of `}row ${found.row}, which the network answers with no finite number`,
      expected: 'finite numbers',
      fix: 'look at the data: correct this row or take it out',
    });
  }
}

function firstOdd({ x }: LoadedSet): { readonly name: string; readonly row: number; readonly value: number } | null {
  for (const [name, array] of leavesOf<NDArray>(x)) {
    const at = firstNonFinite(array);
    const width = array.data.length / Math.max(1, array.shape[0] ?? 1);
    if (at !== -1) return { name, row: Math.floor(at / width), value: Number(array.data[at]) };
  }
  return null;
}
