export interface Climb<T> {
  readonly best: T;
  /** What was compared, in this order, without the first. */
  readonly tried: readonly T[];
  /** Whether time ran out while something was left to try. */
  readonly outOfTime: boolean;
}

/**
 * Goes from `first` to a neighbour that is better, and on from there, until none is left that was not tried or there is no time. Not every combination is
 * tried: each change is tried from the best so far.
 */
export async function climb<T>(
  first: T,
  neighboursOf: (one: T) => readonly T[],
  isBetter: (candidate: T, best: T) => Promise<boolean>,
  hasTime: () => boolean,
): Promise<Climb<T>> {
  const seen = new Set([JSON.stringify(first)]);
  const tried: T[] = [];
  let best = first;
  for (;;) {
    const candidate = neighboursOf(best).find((one) => !seen.has(JSON.stringify(one)));
    if (candidate === undefined) return { best, tried, outOfTime: false };
    if (!hasTime()) return { best, tried, outOfTime: true };
    seen.add(JSON.stringify(candidate));
    tried.push(candidate);
    if (await isBetter(candidate, best)) best = candidate;
  }
}
