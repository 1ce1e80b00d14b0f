import { selu as seluOf } from '../../ops/composite/selu.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** Scaled exponential linear unit, elementwise: `1.0507 · elu(x, 1.6733)` (Klambauer et al. 2017). */
export function selu(): Layer {
  return activation('selu', seluOf);
}
