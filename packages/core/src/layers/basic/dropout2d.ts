import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import { channelDropout } from './_whole-channels.ts';

/** Dropout of whole channels (Tompson et al. 2015), each sample with channels of its own: `[batch, c, h, w]`. Otherwise as `dropout`. */
export function dropout2d(p = 0.5, ...more: []): SizedLayer<'?, ?, ? → …'> {
  expectNoOptions('dropout2d', more);
  return channelDropout('dropout2d', p, 2);
}
