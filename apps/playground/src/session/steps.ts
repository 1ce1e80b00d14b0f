import type { SessionEvent } from './protocol.ts';

/** Between two groups: about 20 a second, so that training does not wait for messages. */
const GROUP_MS = 50;

/** Collects what steps gave. */
export interface StepGroups {
  add(step: number, loss: number, accuracy: number | null): void;
  /** Tells what is left. */
  flush(): void;
}

export function stepGroups(emit: (event: SessionEvent) => void, now: () => number): StepGroups {
  let from = 0;
  let losses: number[] = [];
  let accuracies: (number | null)[] = [];
  let told = now();
  const flush = (): void => {
    if (losses.length > 0) emit({ type: 'steps', from, losses, accuracies });
    losses = [];
    accuracies = [];
    told = now();
  };
  return {
    add(step, loss, accuracy) {
      if (losses.length === 0) from = step;
      losses.push(loss);
      accuracies.push(accuracy);
      if (now() - told >= GROUP_MS) flush();
    },
    flush,
  };
}

/** Time in seconds, without that in which it is stopped. */
export interface Stopwatch {
  start(): void;
  stop(): void;
  /** Reads and begins anew. */
  lap(): number;
}

export function stopwatch(now: () => number): Stopwatch {
  let sum = 0;
  let begun: number | null = null;
  const take = (): void => {
    if (begun !== null) sum += now() - begun;
    begun = begun === null ? null : now();
  };
  return {
    start() {
      begun ??= now();
    },
    stop() {
      take();
      begun = null;
    },
    lap() {
      take();
      const seconds = sum / 1000;
      sum = 0;
      return seconds;
    },
  };
}
