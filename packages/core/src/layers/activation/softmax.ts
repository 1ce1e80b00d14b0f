import { softmax as softmaxOf } from '../../ops/composite/softmax.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';
import { axisOf } from './_axis.ts';

/** Probabilities along `axis` (the last by default). Not needed in front of `crossEntropy`, which takes logits. */
export function softmax(options: { axis?: number } = {}): Layer {
  const axis = axisOf('softmax', options);
  return activation('softmax', (x) => softmaxOf(x, { axis }));
}
