import { warn } from '#platform/warning.js';
import type { Skipped, SkippedSample } from './batch.ts';

const KEPT = 20;

/** Counts the items that were left out, each once. */
export interface SkipLog {
  add(item: number, name: () => string, reason: string): void;
  state(): Skipped;
}

/** `dataset` is what the warning calls it. */
export function skipLog(dataset: string, onSkip: ((sample: SkippedSample) => void) | undefined): SkipLog {
  const seen = new Set<number>();
  const samples: SkippedSample[] = [];
  return {
    add(item, name, reason) {
      if (seen.has(item)) return;
      seen.add(item);
      const sample = { index: item, name: name(), reason };
      if (samples.length < KEPT) samples.push(sample);
      if (onSkip !== undefined) onSkip(sample);
      else if (seen.size === 1) {
        const more = "further ones are counted in the loader's skipped";
        warn(`${sample.name} is left out, since it cannot be read: ${reason}\n${more}`, `skipped from ${dataset}`);
      }
    },
    state: () => ({ count: seen.size, samples: [...samples] }),
  };
}
