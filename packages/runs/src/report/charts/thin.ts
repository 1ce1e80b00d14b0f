/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * At most about `limit` of the points, in order, that draw the same picture: of each stretch the first, the lowest, the highest and the last.
 */
export function thinned(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const stretches = Math.max(1, Math.floor(limit / 4));
  return Array.from({ length: stretches }, (_, s) => {
    const from = Math.floor((s * points.length) / stretches);
    const to = Math.floor(((s + 1) * points.length) / stretches);
    return extremes(points.slice(from, to));
  }).flat();
}

function extremes(points: readonly Point[]): readonly Point[] {
  const numbers = points.filter(({ y }) => Number.isFinite(y));
  const pick = (better: (a: number, b: number) => boolean): Point | undefined =>
    numbers.reduce<Point | undefined>((best, p) => (best === undefined || better(p.y, best.y) ? p : best), undefined);
  const kept = new Set([points[0], pick((a, b) => a < b), pick((a, b) => a > b), points.at(-1)]);
  return points.filter((p) => kept.has(p));
}

/** At most `limit` indices of a list of `length`, evenly spaced, with the first and the last. */
export function spaced(length: number, limit: number): readonly number[] {
  if (length <= limit) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: limit }, (_, k) => Math.round((k * (length - 1)) / (limit - 1)));
}
