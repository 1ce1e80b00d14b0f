import type { RangePoint } from '../../session/protocol.ts';

/** How much of the smoothed loss each new one is; single batches say little. */
const SHARE = 0.15;
const DIGITS = 2;

/** The losses of a range test without most of the noise of single batches. */
export function smoothed(points: readonly RangePoint[]): readonly number[] {
  let [mean, weight] = [0, 0];
  return points.map(({ loss }) => {
    mean += SHARE * (loss - mean);
    weight += SHARE * (1 - weight);
    // The first losses would weigh too little without this.
    return mean / weight;
  });
}

/**
 * The learning rate at which the smoothed loss falls most steeply before its lowest point, to two digits; `null` where it does not fall.
 */
export function suggestedRate(points: readonly RangePoint[]): number | null {
  const losses = smoothed(points);
  const lowest = losses.reduce((best, loss, i) => (loss < (losses[best] as number) ? i : best), 0);
  let steepest = 0;
  let [fall, at] = [0, -1];
  for (let i = 1; i <= lowest; i++) {
    fall = (losses[i - 1] as number) - (losses[i] as number);
    if (fall > steepest) [steepest, at] = [fall, i];
  }
  return at < 0 ? null : Number((points[at] as RangePoint).lr.toPrecision(DIGITS));
}
