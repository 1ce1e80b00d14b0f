/** To read the digits of a number takes more than proportional time. */
export const MOST_DIGITS: number = 4096;

/**
 * Whether float64 may change an integer that is written with these digits. One that is written with `.0` was a float for whoever wrote it, which float64 keeps
 * if it gives the same digits back: 9007199254740994.0, but not 9007199254740993.0.
 */
export function losesDigits(digits: string, isDecimal: boolean): boolean {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return false;
  if (!isDecimal || digits.length > MOST_DIGITS) return true;
  return Number.isFinite(number) && BigInt(number) !== BigInt(digits) && String(number) !== digits;
}
