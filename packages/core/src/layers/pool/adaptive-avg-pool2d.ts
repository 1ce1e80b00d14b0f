import type { Pair } from '../../ops/conv/_window.ts';
import { adaptiveAvgPool2d as pool } from '../../ops/conv/adaptive-avg-pool2d.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Axes, Pairs } from '../sizes.ts';
import { adaptivePooling } from './_pool.ts';

/** The mean of each of `outputSize` windows, which share the image as in PyTorch: `[batch, c, h, w] → [batch, c, …outputSize]`. `adaptiveAvgPool2d(1)` pools over everything. */
export function adaptiveAvgPool2d<const Out extends number | Pair>(
  outputSize: Out,
  ...more: []
): SizedLayer<`?, ?, ? → channels, ${Axes<Pairs<Out>>}`> {
  expectNoOptions('adaptiveAvgPool2d', more);
  return adaptivePooling('adaptiveAvgPool2d', 2, pool, outputSize);
}
