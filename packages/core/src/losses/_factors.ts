import { ShapeError, ValueError } from '../errors.ts';
import { tensor } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { constant } from '../ops/leaf/constant.ts';
import { describeValue } from '../options.ts';

/** Throws a `ValueError` unless `factors` is left out or a list of finite numbers of at least 0. */
export function expectFactors(loss: string, option: string, factors: unknown, of = 'factors'): void {
  if (factors === undefined) return;
  const isFactor = (w: unknown): boolean => typeof w === 'number' && w >= 0 && w < Number.POSITIVE_INFINITY;
  if (Array.isArray(factors) && factors.length > 0 && factors.every(isFactor)) return;
  throw new ValueError(`${loss} was given invalid ${of}`, {
    path: `${loss}.${option}`,
    received: Array.isArray(factors) ? JSON.stringify(factors) : describeValue(factors),
    expected: 'a list of finite numbers of at least 0, such as [3]',
  });
}

/** A factor for each column, or one for all. Throws a `ShapeError` for another number of them. */
export function columnFactors(
  loss: string,
  option: string,
  factors: readonly number[],
  { type: { shape } }: Node,
): Node {
  if (factors.length === 1 || factors.length === shape.at(-1)) return constant(tensor(factors));
  throw new ShapeError('the factors do not fit the output', {
    path: `${loss}.${option}`,
    received: `${factors.length} factors for an output ${formatShape(shape)}`,
    expected: 'one for each column, or one for all',
  });
}
