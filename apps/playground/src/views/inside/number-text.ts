/** A number with so many digits behind the point, and a minus that is as wide as a plus; never a minus in front of zeros. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** So many significant digits. */
export function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits))).replaceAll('-', '−');
}
