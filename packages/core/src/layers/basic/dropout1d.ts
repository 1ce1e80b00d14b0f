import type { Layer } from '../layer.ts';
import { channelDropout } from './_whole-channels.ts';

/** Dropout of whole channels (Tompson et al. 2015), each sample with channels of its own: `[batch, c, length]`. Otherwise as `dropout`. */
export function dropout1d(p = 0.5): Layer {
  return channelDropout('dropout1d', p, 1);
}
