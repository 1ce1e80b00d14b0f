import { relu6 as relu6Of } from '../../ops/composite/relu6.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `min(max(x, 0), 6)`, elementwise (Krizhevsky 2010). */
export function relu6(...more: []): SizedLayer<Same> {
  expectNoOptions('relu6', more);
  return activation('relu6', relu6Of);
}
