/** What is neither far below nor far above the rest. */
export interface Usual {
  readonly low: number;
  readonly high: number;
}

/** The share of values at either end that may be outliers. */
const ENDS = 0.05;
/** So many times what the others span, beyond them: curves that fall from a high start stay whole. */
const FAR = 10;

/** Between which values numbers stay whole, for curves of which one may have diverged. */
export function usual(values: readonly number[]): Usual {
  const finite = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const at = (share: number): number => finite[Math.round(share * (finite.length - 1))] ?? 0;
  const [low, high] = [at(ENDS), at(1 - ENDS)];
  const room = FAR * (high - low);
  return room > 0 ? { low: low - room, high: high + room } : EVERYTHING;
}

export const EVERYTHING: Usual = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
