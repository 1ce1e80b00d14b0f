import { hardsigmoid as hardsigmoidOf } from '../../ops/composite/hardsigmoid.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x/6 + 1/2`, but at least 0 and at most 1, elementwise. */
export function hardsigmoid(): Layer {
  return activation('hardsigmoid', hardsigmoidOf);
}
