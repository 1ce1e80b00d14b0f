/** A number at a glance: three digits. */
export function brief(value: number | null): string {
  if (value === null) return '';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '\u2212∞';
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '\u2212').replace('e+', 'e').replace('.0e', 'e');
}
