const DIGITS = 5;

/** A number with five digits, in powers of ten where it is very small or large. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size < 1e-4 || size >= 1e6 ? value.toExponential(DIGITS - 1) : Number(value.toPrecision(DIGITS)).toString();
  return text.replaceAll('-', '−');
}

/** As `formatNumber`, in brackets where it would stand behind a sign. */
export function formatWeight(value: number): string {
  return value < 0 ? `(${formatNumber(value)})` : formatNumber(value);
}

/** What a copied parameter is, in a few numbers. */
export interface Spread {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

export function spreadOf(data: ArrayLike<number>): Spread {
  let [least, most, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    sum += value;
  }
  return { least, most, mean: sum / data.length };
}
