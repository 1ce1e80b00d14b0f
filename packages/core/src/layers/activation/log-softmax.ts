import { logSoftmax as logSoftmaxOf } from '../../ops/composite/log-softmax.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';
import { axisOf } from './_axis.ts';

/** Logarithms of the probabilities along `axis` (the last by default). */
export function logSoftmax(options: { axis?: number } = {}): SizedLayer<Same> {
  const axis = axisOf('logSoftmax', options);
  return activation('logSoftmax', (x) => logSoftmaxOf(x, { axis }));
}
