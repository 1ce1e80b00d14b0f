import { bits, fold, key } from '@descent/core/random';
import { type Space, type Values, valueAt } from '../space/parameter.ts';

/** Draws of points that were all tried before. */
const MOST_ATTEMPTS = 10_000;

/**
 * The values of a trial: the same for the same seed, number and `taken`, however many parameters there are besides. What was tried is not tried again; where
 * only few points are left it may be, in the end.
 */
export function randomPoint(space: Space, seed: number, trial: number, taken: readonly Values[] = []): Values {
  const stream = fold(fold(key(seed), 'sweep'), trial);
  const known = new Set(taken.map(textOf));
  for (let attempt = 0; ; attempt++) {
    const draw = fold(stream, attempt);
    const entries = Object.entries(space).map(
      ([name, parameter]) => [name, valueAt(parameter, share(fold(draw, name)))] as const,
    );
    const values = Object.fromEntries(entries);
    if (attempt >= MOST_ATTEMPTS || !known.has(textOf(values))) return values;
  }
}

/** How many points a space has; infinity where a range has more numbers than can be counted. */
export function spaceSize(space: Space): number {
  return Object.values(space).reduce((product, parameter) => {
    if (parameter.kind === 'choice') return product * parameter.values.length;
    return parameter.int ? product * (parameter.high - parameter.low + 1) : Number.POSITIVE_INFINITY;
  }, 1);
}

function textOf(values: Values): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** 53 bits, for a float32 has too few to tell close values apart. */
function share(stream: ReturnType<typeof key>): number {
  const words = new Uint32Array(2);
  bits(stream, words);
  return ((words[0] as number) * 2 ** 21 + ((words[1] as number) >>> 11)) / 2 ** 53;
}
