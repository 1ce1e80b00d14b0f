import { logSoftmax as logSoftmaxOf } from '../../ops/composite/log-softmax.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';
import { axisOf } from './_axis.ts';

/** Logarithms of the probabilities along `axis` (the last by default). */
export function logSoftmax(options: { axis?: number } = {}): Layer {
  const axis = axisOf('logSoftmax', options);
  return activation('logSoftmax', (x) => logSoftmaxOf(x, { axis }));
}
