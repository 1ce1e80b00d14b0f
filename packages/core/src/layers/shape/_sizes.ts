import { ShapeError, ValueError } from '../../errors.ts';
import { formatShape, numel, type Shape } from '../../ir/shape.ts';
import { describeValue, notWhatWasWanted } from '../../options.ts';

/** Throws unless `sizes` is a list of sizes of at least 1, of which one may be -1. */
export function expectSizes(what: string, sizes: unknown): asserts sizes is readonly number[] {
  if (!Array.isArray(sizes))
    throw notWhatWasWanted(`${what}: the sizes`, sizes, { what: 'one list', example: '[3, 32, 32]' });
  const isSize = (d: unknown): boolean => Number.isSafeInteger(d) && ((d as number) >= 1 || d === -1);
  if (sizes.every(isSize) && sizes.filter((d) => d === -1).length <= 1) return;
  throw new ValueError(`${what} was given invalid sizes`, {
    received: `[${sizes.map((d) => (typeof d === 'number' ? d : describeValue(d))).join(', ')}]`,
    expected: 'integers of at least 1, and at most one -1 for what is left',
  });
}

/** `sizes` for `count` numbers, with what is left in place of -1. */
export function filledSizes(what: string, sizes: readonly number[], count: number, from: Shape): readonly number[] {
  const known = Math.abs(numel(sizes));
  const rest = count / known;
  if (sizes.includes(-1) ? Number.isInteger(rest) && rest >= 1 : rest === 1)
    return sizes.map((d) => (d === -1 ? rest : d));
  throw new ShapeError(`${what}: the sizes do not hold the numbers that come in`, {
    received: `${count} numbers in ${formatShape(from)}`,
    expected: `${sizes.includes(-1) ? 'a multiple of ' : ''}${sizes.filter((d) => d !== -1).join(' × ') || '1'}${sizes.length > 1 ? ` = ${known}` : ''}`,
  });
}
