import { logSigmoid as logSigmoidOf } from '../../ops/composite/log-sigmoid.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** Logarithm of the sigmoid, elementwise, without overflow. */
export function logSigmoid(): Layer {
  return activation('logSigmoid', logSigmoidOf);
}
