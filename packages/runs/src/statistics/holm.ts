import { ValueError } from '@descent/core';

/**
 * Probabilities of several tests, corrected by Holm's method (1979): the chance that any of those below 0.05 is a mistake stays below 0.05. `null`
 * is kept and is no test.
 * @throws ValueError for what is no probability.
 */
export function holm(probabilities: readonly (number | null)[]): readonly (number | null)[] {
  const tests = probabilities.flatMap((p, index) => (p === null ? [] : [{ p, index }]));
  const odd = tests.find(({ p }) => !(p >= 0 && p <= 1));
  if (odd !== undefined) {
    throw new ValueError('this is no probability', {
      path: `[${odd.index}]`,
      received: String(odd.p),
      expected: 'a number from 0 to 1, or null',
    });
  }
  const corrected: (number | null)[] = probabilities.map(() => null);
  let least = 0;
  [...tests]
    .sort((a, b) => a.p - b.p)
    .forEach(({ p, index }, rank) => {
      least = Math.min(1, Math.max(least, p * (tests.length - rank)));
      corrected[index] = least;
    });
  return corrected;
}
