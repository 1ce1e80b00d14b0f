import { tanh as tanhOf } from '../../ops/elementwise/tanh.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** Hyperbolic tangent, elementwise. */
export function tanh(...more: []): SizedLayer<Same> {
  expectNoOptions('tanh', more);
  return activation('tanh', tanhOf);
}
