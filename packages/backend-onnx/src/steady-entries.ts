import { bytesOf, numel, type TensorType } from '@descent/core/backend';
import type { OpenedPlan } from './plan.ts';
import type { Ort } from './runtime/runtime.ts';

/** Entries that a session can keep because they stay as they are from run to run, such as a data set on the device. */
export interface SteadyEntries {
  /** Takes in what the next run reads; gives those entries that have been the same for a few runs, and never another. */
  see(valueFor: (name: string) => Ort.Tensor): ReadonlyMap<string, Ort.Tensor>;
}

/** Smaller entries travel faster than a session is opened. */
const LEAST_BYTES = 2 ** 20;
/** After so many runs with the same value an entry is taken to be steady. */
const SAME_RUNS = 3;

/**
 * Watches the large entries that a program only reads. Values are never changed, only replaced, so the same tensor is the same value. One that
 * was replaced once, such as a weight between two evaluations, will be again.
 */
export function steadyEntries({
  inputs,
  reads,
  writes,
}: Pick<OpenedPlan, 'inputs' | 'reads' | 'writes'>): SteadyEntries {
  const isLarge = (type: TensorType | undefined): boolean =>
    type !== undefined && numel(type.shape) * bytesOf(type.dtype) >= LEAST_BYTES;
  const watched = new Set(reads.filter((name) => !writes.includes(name) && isLarge(inputs.get(name))));
  const known = new Map<string, { readonly value: Ort.Tensor; readonly runs: number }>();
  return {
    see(valueFor) {
      const steady = new Map<string, Ort.Tensor>();
      for (const name of watched) {
        const value = valueFor(name);
        const before = known.get(name) ?? { value, runs: 0 };
        if (before.value !== value) {
          watched.delete(name);
          known.delete(name);
          continue;
        }
        known.set(name, { value, runs: before.runs + 1 });
        if (before.runs + 1 >= SAME_RUNS) steady.set(name, value);
      }
      return steady;
    },
  };
}
