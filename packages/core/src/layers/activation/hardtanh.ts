import { expectBounds, hardtanh as hardtanhOf } from '../../ops/composite/hardtanh.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/**
 * `x`, but at least `minVal` (default −1) and at most `maxVal` (default 1), elementwise.
 * @throws ValueError unless `minVal` is less than `maxVal`.
 */
export function hardtanh(minVal = -1, maxVal = 1): Layer {
  expectBounds(minVal, maxVal);
  return activation(`hardtanh(${minVal} … ${maxVal})`, (x) => hardtanhOf(x, minVal, maxVal));
}
