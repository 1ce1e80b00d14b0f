import { softsign as softsignOf } from '../../ops/composite/softsign.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x / (1 + |x|)`, elementwise. */
export function softsign(...more: []): SizedLayer<Same> {
  expectNoOptions('softsign', more);
  return activation('softsign', softsignOf);
}
