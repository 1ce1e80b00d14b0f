import { softsign as softsignOf } from '../../ops/composite/softsign.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x / (1 + |x|)`, elementwise. */
export function softsign(): Layer {
  return activation('softsign', softsignOf);
}
