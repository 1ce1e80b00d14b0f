import { fold, key, randint } from '@descent/core/random';

/** Draws one thing after the other; equal seeds draw equal things. */
export interface Dice {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** A seed for values. */
  seed(): number;
}

export function dice(seed: number, label: string): Dice {
  const stream = fold(key(seed), label);
  const out = new Int32Array(1);
  let drawn = 0;
  const int = (low: number, high: number): number => {
    randint(fold(stream, drawn++), out, low, high + 1);
    return out[0] as number;
  };
  return {
    int,
    chance: (probability) => int(0, 999) < probability * 1000,
    pick: (choices) => choices[int(0, choices.length - 1)] as never,
    seed: () => int(0, 2 ** 30),
  };
}
