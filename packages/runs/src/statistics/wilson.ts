/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** 95 % interval of a share of which `hits` of `count` are seen, after Wilson (1927): within 0 and 1, and sensible near both. */
export function wilsonInterval(hits: number, count: number): readonly [low: number, high: number] {
  if (count === 0) return [0, 1];
  const share = hits / count;
  const centre = share + Z ** 2 / (2 * count);
  const reach = Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  const whole = 1 + Z ** 2 / count;
  return [Math.max(0, (centre - reach) / whole), Math.min(1, (centre + reach) / whole)];
}
