import { mish as mishOf } from '../../ops/composite/mish.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x · tanh(softplus(x))`, elementwise (Misra 2019). */
export function mish(...more: []): SizedLayer<Same> {
  expectNoOptions('mish', more);
  return activation('mish', mishOf);
}
