import { softmax as softmaxOf } from '../../ops/composite/softmax.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';
import { axisOf } from './_axis.ts';

/** Probabilities along `axis` (the last by default). Not needed in front of `crossEntropy`, which takes logits. */
export function softmax(options: { axis?: number } = {}): SizedLayer<Same> {
  const axis = axisOf('softmax', options);
  return activation('softmax', (x) => softmaxOf(x, { axis }));
}
