import { fold, key, randint } from '@descent/core/random';

/** A seeded source of choices. */
export interface Dice {
  /** An integer from 0 to `n` − 1. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function dice(seed: number): Dice {
  const drawn = new Int32Array(1);
  let draws = 0;
  const below = (n: number): number => {
    randint(fold(key(seed), draws++), drawn, 0, n);
    return drawn[0] as number;
  };
  return {
    below,
    chance: (probability) => below(1000) < probability * 1000,
    pick: (from) => from[below(from.length)] as never,
  };
}
