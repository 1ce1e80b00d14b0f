import { logSigmoid as logSigmoidOf } from '../../ops/composite/log-sigmoid.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** Logarithm of the sigmoid, elementwise, without overflow. */
export function logSigmoid(...more: []): SizedLayer<Same> {
  expectNoOptions('logSigmoid', more);
  return activation('logSigmoid', logSigmoidOf);
}
