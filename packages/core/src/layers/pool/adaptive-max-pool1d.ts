import { adaptiveMaxPool1d as pool } from '../../ops/conv/adaptive-max-pool1d.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { adaptivePooling } from './_pool.ts';

/** The largest value of each of `outputSize` windows, which share the sequence as in PyTorch: `[batch, c, l] → [batch, c, outputSize]`. */
export function adaptiveMaxPool1d<const Out extends number>(
  outputSize: Out,
  ...more: []
): SizedLayer<`?, ? → channels, ${Size<Out>}`> {
  expectNoOptions('adaptiveMaxPool1d', more);
  return adaptivePooling('adaptiveMaxPool1d', 1, pool, outputSize);
}
