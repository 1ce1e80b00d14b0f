import type { Pair } from '../../ops/conv/_window.ts';
import { adaptiveMaxPool2d as pool } from '../../ops/conv/adaptive-max-pool2d.ts';
import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Axes, Pairs } from '../sizes.ts';
import { adaptivePooling } from './_pool.ts';

/** The largest value of each of `outputSize` windows, which share the image as in PyTorch: `[batch, c, h, w] → [batch, c, …outputSize]`. */
export function adaptiveMaxPool2d<const Out extends number | Pair>(
  outputSize: Out,
  ...more: []
): SizedLayer<`?, ?, ? → channels, ${Axes<Pairs<Out>>}`> {
  expectNoOptions('adaptiveMaxPool2d', more);
  return adaptivePooling('adaptiveMaxPool2d', 2, pool, outputSize);
}
