import { silu as siluOf } from '../../ops/composite/silu.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x · sigmoid(x)`, elementwise; also called swish. */
export function silu(...more: []): SizedLayer<Same> {
  expectNoOptions('silu', more);
  return activation('silu', siluOf);
}
