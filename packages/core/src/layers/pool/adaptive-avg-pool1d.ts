import { adaptiveAvgPool1d as pool } from '../../ops/conv/adaptive-avg-pool1d.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { adaptivePooling } from './_pool.ts';

/** The mean of each of `outputSize` windows, which share the sequence as in PyTorch: `[batch, c, l] → [batch, c, outputSize]`. `adaptiveAvgPool1d(1)` pools over everything. */
export function adaptiveAvgPool1d<const Out extends number>(
  outputSize: Out,
  ...more: []
): SizedLayer<`?, ? → channels, ${Size<Out>}`> {
  expectNoOptions('adaptiveAvgPool1d', more);
  return adaptivePooling('adaptiveAvgPool1d', 1, pool, outputSize);
}
