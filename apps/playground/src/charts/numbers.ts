import type { NumberStyle } from './scales.ts';

/** Digits that a number in 32 bits has for certain, less one that nobody reads. */
const DIGITS = 6;

/**
 * A number as the readouts and tables of charts write it: all digits that it has for certain, and words for what is no number.
 * `tag` is the language, such as `en`.
 */
export function formatValue(value: number, tag: string, style: NumberStyle = 'number'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (style === 'percent') {
    const format = { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;
    return value.toLocaleString(tag, format).replace('-', '−');
  }
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return scientific(value);
  return value.toLocaleString(tag, { maximumSignificantDigits: DIGITS }).replace('-', '−');
}

function scientific(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(DIGITS - 1).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${exponent.replace('+', '')}`.replaceAll('-', '−');
}

/** A position such as a step: whole numbers as they are, others with a few digits. */
export function formatPosition(value: number, tag: string): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? value.toLocaleString(tag) : formatValue(value, tag);
}
