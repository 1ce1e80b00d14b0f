import { sigmoid as sigmoidOf } from '../../ops/elementwise/sigmoid.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `1 / (1 + e^-x)`, elementwise. */
export function sigmoid(): Layer {
  return activation('sigmoid', sigmoidOf);
}
