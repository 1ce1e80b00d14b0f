import { sigmoid as sigmoidOf } from '../../ops/elementwise/sigmoid.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `1 / (1 + e^-x)`, elementwise. */
export function sigmoid(...more: []): SizedLayer<Same> {
  expectNoOptions('sigmoid', more);
  return activation('sigmoid', sigmoidOf);
}
