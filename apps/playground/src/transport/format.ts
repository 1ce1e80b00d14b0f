const NONE = '–';

/** A loss with four digits behind the point, or in powers of ten where these would say nothing. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return NONE;
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toFixed(4);
}

/** A share of 1 in percent. */
export function formatShare(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? NONE : `${(100 * value).toFixed(1)} %`;
}
