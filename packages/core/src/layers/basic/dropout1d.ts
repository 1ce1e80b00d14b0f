import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import { channelDropout } from './_whole-channels.ts';

/** Dropout of whole channels (Tompson et al. 2015), each sample with channels of its own: `[batch, c, length]`. Otherwise as `dropout`. */
export function dropout1d(p = 0.5, ...more: []): SizedLayer<'?, ? → …'> {
  expectNoOptions('dropout1d', more);
  return channelDropout('dropout1d', p, 1);
}
