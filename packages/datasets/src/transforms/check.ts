import { describeValue, ValueError } from '@descent/core';

export { expectOptions } from '@descent/core';

/** Throws unless `value` passes `holds`. */
export function expectValue(path: string, value: unknown, holds: boolean, expected: string, fix?: string): void {
  if (holds) return;
  throw new ValueError('the value is not one that this transform can take', {
    path,
    received: shown(value),
    expected,
    fix,
  });
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' ? String(value) : describeValue(value);
  if (!Array.isArray(value)) return describeValue(value);
  return `[${value.map((one) => (typeof one === 'string' ? JSON.stringify(one) : String(one as unknown))).join(', ')}]`;
}

export function isNumber(value: unknown, low: number = -Infinity, high: number = Infinity): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high;
}

export function isCount(value: unknown, low: number): value is number {
  return isNumber(value, low) && Number.isSafeInteger(value);
}

export function isNumbers(value: unknown, length: number, low?: number, high?: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((v) => isNumber(v, low, high));
}

export function expectProbability(path: string, p: unknown): void {
  expectValue(path, p, isNumber(p, 0, 1), 'a probability, a number from 0 to 1');
}

/** One name of `names`. */
export function expectOneOf(path: string, value: unknown, names: readonly string[]): void {
  expectValue(path, value, typeof value === 'string' && names.includes(value), names.map((n) => `'${n}'`).join(' or '));
}

/** Height and width of a crop: one number is a square. */
export type Size = number | readonly [height: number, width: number];

export function sizeOf(path: string, size: unknown): readonly [number, number] {
  const pair = isCount(size, 1) ? [size, size] : size;
  const valid = isNumbers(pair, 2) && pair.every((d) => isCount(d, 1));
  expectValue(path, size, valid, 'a positive whole number, or [height, width]');
  const [height, width] = pair as readonly [number, number];
  return [height, width];
}

/** A range to draw from: lowest and highest value. */
export type Range = readonly [low: number, high: number];

/** The range as it is, or from `-value` to `value`. */
export function rangeAround(path: string, value: unknown, what: string): Range {
  const range = isNumber(value, 0) ? [-value, value] : value;
  return rangeOf(path, range, `${what}: a number d for −d…d, or [lowest, highest]`);
}

export function rangeOf(path: string, range: unknown, expected: string, low?: number, high?: number): Range {
  const valid = isNumbers(range, 2, low, high) && (range[0] as number) <= (range[1] as number);
  expectValue(path, range, valid, expected);
  const [from, to] = range as Range;
  return [from, to];
}

export function formatSize([height, width]: readonly [number, number]): string {
  return height === width ? `${height}` : `${height}×${width}`;
}

export function formatRange([low, high]: Range): string {
  return low === high ? `${low}` : low === -high ? `±${high}` : `${low}…${high}`;
}
