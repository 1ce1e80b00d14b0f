import { fold, type Key, randint } from '@descent/core/random';

/** Draws one thing after the other; equal keys draw equal things. */
export interface Dice {
  /** A whole number from 0 to `n` − 1. */
  below(n: number): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** A seed for values. */
  seed(): number;
}

export function dice(key: Key): Dice {
  const drawn = new Int32Array(1);
  let draws = 0;
  const below = (n: number): number => {
    randint(fold(key, draws++), drawn, 0, n);
    return drawn[0] as number;
  };
  return {
    below,
    int: (low, high) => low + below(high - low + 1),
    chance: (probability) => below(1000) < probability * 1000,
    pick: (choices) => choices[below(choices.length)] as never,
    seed: () => below(2 ** 30),
  };
}
