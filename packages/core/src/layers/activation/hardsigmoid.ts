import { hardsigmoid as hardsigmoidOf } from '../../ops/composite/hardsigmoid.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x/6 + 1/2`, but at least 0 and at most 1, elementwise. */
export function hardsigmoid(...more: []): SizedLayer<Same> {
  expectNoOptions('hardsigmoid', more);
  return activation('hardsigmoid', hardsigmoidOf);
}
