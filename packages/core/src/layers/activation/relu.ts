import { relu as reluOf } from '../../ops/elementwise/relu.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `max(x, 0)`, elementwise. */
export function relu(): Layer {
  return activation('relu', reluOf);
}
