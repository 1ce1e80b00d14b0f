import { selu as seluOf } from '../../ops/composite/selu.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** Scaled exponential linear unit, elementwise: `1.0507 · elu(x, 1.6733)` (Klambauer et al. 2017). */
export function selu(...more: []): SizedLayer<Same> {
  expectNoOptions('selu', more);
  return activation('selu', seluOf);
}
