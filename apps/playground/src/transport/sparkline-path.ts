const MARGIN = 2;

/** A line through the means of as many parts of `values` as there are pixels; empty without two numbers. */
export function sparklinePath(values: ArrayLike<number>, width: number, height: number): string {
  const points = means(values, Math.floor(width / 2));
  if (points.length < 2) return '';
  const low = Math.min(...points);
  const span = Math.max(...points) - low || 1;
  return points
    .map((value, i) => {
      const x = MARGIN + (i / (points.length - 1)) * (width - 2 * MARGIN);
      const y = MARGIN + (1 - (value - low) / span) * (height - 2 * MARGIN);
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** Means of at most `most` parts, without those in which nothing is known. */
function means(values: ArrayLike<number>, most: number): readonly number[] {
  const parts = Math.min(most, values.length);
  const found: number[] = [];
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((p) => Math.floor((p * values.length) / parts)) as [number, number];
    let [sum, count] = [0, 0];
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count++;
    }
    if (count > 0) found.push(sum / count);
  }
  return found;
}
