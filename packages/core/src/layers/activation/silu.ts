import { silu as siluOf } from '../../ops/composite/silu.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x · sigmoid(x)`, elementwise; also called swish. */
export function silu(): Layer {
  return activation('silu', siluOf);
}
