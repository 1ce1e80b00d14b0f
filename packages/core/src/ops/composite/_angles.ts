import { ndarray } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import { add } from '../elementwise/add.ts';
import { cos } from '../elementwise/cos.ts';
import { floor } from '../elementwise/floor.ts';
import { mul } from '../elementwise/mul.ts';
import { sin } from '../elementwise/sin.ts';
import { sub } from '../elementwise/sub.ts';
import { iota } from '../indexing/iota.ts';
import { constant } from '../leaf/constant.ts';
import { reshape } from '../shape/reshape.ts';

export interface AngleOptions {
  readonly base: number;
  /** Where counting starts. */
  readonly offset: number;
}

/** 2π in two parts: the first has so few digits that its products with small whole numbers are exact. */
const TURN = [6.28125, 2 * Math.PI - 6.28125] as const;

/**
 * Sine and cosine of `position · base^(−2i / width)` for each position from `offset` on and each pair of features: `[length, width / 2]` both.
 * Whole turns are taken off before, since graphics processors are inexact beyond one; places are counted in the graph, so that `length` may be
 * an open axis.
 */
export function positionAngles(
  length: number,
  width: number,
  { base, offset }: AngleOptions,
): { readonly sin: Node; readonly cos: Node } {
  const pairs = width / 2;
  const steps = Float32Array.from({ length: pairs }, (_, i) => base ** ((-2 * i) / width));
  const places = reshape(add(iota(length, 'float32'), offset), [length, 1]);
  const turned = mul(places, constant(ndarray('float32', [1, pairs], steps)));
  const turns = floor(mul(turned, 1 / (2 * Math.PI)));
  const angles = sub(sub(turned, mul(turns, TURN[0])), mul(turns, TURN[1]));
  return { sin: sin(angles), cos: cos(angles) };
}
