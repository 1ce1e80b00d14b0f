import { expectBounds, hardtanh as hardtanhOf } from '../../ops/composite/hardtanh.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/**
 * `x`, but at least `minVal` (default −1) and at most `maxVal` (default 1), elementwise.
 * @throws ValueError unless `minVal` is less than `maxVal`.
 */
export function hardtanh(minVal = -1, maxVal = 1, ...more: []): SizedLayer<Same> {
  expectNoOptions('hardtanh', more);
  expectBounds(minVal, maxVal);
  return activation(`hardtanh(${minVal} … ${maxVal})`, (x) => hardtanhOf(x, minVal, maxVal));
}
