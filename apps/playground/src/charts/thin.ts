import { lengthOf, type Series, xAt, yAt } from './series.ts';

/**
 * Indices of the points that draw the same picture as all do, in order: of each column of pixels the first, the lowest, the highest and the
 * last, and the first that is no number, so that the curve breaks where it must. `place` gives the pixel of a position.
 */
export function thin(series: Series, place: (x: number) => number): number[] {
  const kept: number[] = [];
  const length = lengthOf(series);
  let column = Number.NaN;
  let [first, last, lowest, highest, broken] = [-1, -1, -1, -1, -1];
  const flush = (): void => {
    if (first < 0) return;
    const marks = [first, lowest, highest, broken, last].filter((index) => index >= 0).sort((a, b) => a - b);
    for (const index of marks) if (kept.at(-1) !== index) kept.push(index);
  };
  for (let i = 0; i < length; i++) {
    const pixel = place(xAt(series, i));
    if (!Number.isFinite(pixel)) continue;
    const at = Math.floor(pixel);
    if (at !== column) {
      flush();
      column = at;
      [first, lowest, highest, broken] = [i, -1, -1, -1];
    }
    last = i;
    const y = yAt(series, i);
    if (!Number.isFinite(y)) {
      if (broken < 0) broken = i;
      continue;
    }
    if (lowest < 0 || y < yAt(series, lowest)) lowest = i;
    if (highest < 0 || y > yAt(series, highest)) highest = i;
  }
  flush();
  return kept;
}
