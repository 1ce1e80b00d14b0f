import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { type BatchNormOptions, batchNorm } from './_batch-norm.ts';

/**
 * Batch normalization over batch, depth, height and width (Ioffe & Szegedy 2015): `[batch, c, d, h, w] → [batch, c, d, h, w]`. In training it uses the
 * batch's own statistics and updates the running ones, as PyTorch's `BatchNorm3d` (which keeps the unbiased variance); otherwise it uses
 * the running ones. Parameters: `weight`, `bias`, and not trainable `running_mean`, `running_var`, all `[c]`.
 */
export function batchNorm3d<const C extends number>(
  channels: C,
  options: BatchNormOptions = {},
): SizedLayer<`${Size<C>}, ?, ?, ? → …`> {
  return batchNorm('batchNorm3d', channels, options, [3]);
}
