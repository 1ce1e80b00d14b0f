/** A value of a curve, and how many values of it came before; thinned curves leave some out. */
export interface Indexed {
  readonly index: number;
  readonly value: number;
}

/**
 * The exponential moving average of TensorBoard's slider, corrected for its start at 0: each value counts `weight` times less than the one
 * after it. Where values were left out, the ones before count less by as many powers, so that a thinned curve is as smooth as a whole one.
 * What is not finite stays as it is.
 * Source: `classicSmoothing` of TensorBoard, tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts.
 */
export function smoothed(points: readonly Indexed[], weight: number): readonly number[] {
  if (weight <= 0) return points.map(({ value }) => value);
  let [average, share, before] = [0, 0, -1];
  return points.map(({ index, value }) => {
    if (!Number.isFinite(value)) return value;
    const kept = weight ** Math.max(1, index - before);
    before = index;
    average = average * kept + (1 - kept) * value;
    share = share * kept + (1 - kept);
    return average / share;
  });
}
