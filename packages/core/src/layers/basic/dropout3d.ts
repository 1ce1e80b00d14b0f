import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import { channelDropout } from './_whole-channels.ts';

/** Dropout of whole channels (Tompson et al. 2015), each sample with channels of its own: `[batch, c, d, h, w]`. Otherwise as `dropout`. */
export function dropout3d(p = 0.5, ...more: []): SizedLayer<'?, ?, ?, ? → …'> {
  expectNoOptions('dropout3d', more);
  return channelDropout('dropout3d', p, 3);
}
