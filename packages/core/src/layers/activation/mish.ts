import { mish as mishOf } from '../../ops/composite/mish.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x · tanh(softplus(x))`, elementwise (Misra 2019). */
export function mish(): Layer {
  return activation('mish', mishOf);
}
