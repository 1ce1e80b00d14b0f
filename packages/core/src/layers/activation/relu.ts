import { relu as reluOf } from '../../ops/elementwise/relu.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `max(x, 0)`, elementwise. */
export function relu(...more: []): SizedLayer<Same> {
  expectNoOptions('relu', more);
  return activation('relu', reluOf);
}
