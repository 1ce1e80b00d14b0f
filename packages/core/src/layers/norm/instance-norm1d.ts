import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { type InstanceNormOptions, instanceNorm } from './_instance-norm.ts';

/**
 * Instance normalization (Ulyanov, Vedaldi & Lempitsky 2016), each channel of each sample over length: `[batch, c, l] → [batch, c, l]`. As PyTorch's
 * `InstanceNorm1d`: without parameters, unless `affine` adds `weight` and `bias` and `trackRunningStats` adds `running_mean` and
 * `running_var`, all `[c]`.
 */
export function instanceNorm1d<const C extends number>(
  channels: C,
  options: InstanceNormOptions = {},
): SizedLayer<`${Size<C>}, ? → …`> {
  return instanceNorm('instanceNorm1d', channels, options, [1]);
}
