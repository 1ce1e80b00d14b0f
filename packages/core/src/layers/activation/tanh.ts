import { tanh as tanhOf } from '../../ops/elementwise/tanh.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** Hyperbolic tangent, elementwise. */
export function tanh(): Layer {
  return activation('tanh', tanhOf);
}
