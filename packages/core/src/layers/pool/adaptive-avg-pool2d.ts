import type { Pair } from '../../ops/conv/_window.ts';
import { adaptiveAvgPool2d as pool } from '../../ops/conv/adaptive-avg-pool2d.ts';
import type { Layer } from '../layer.ts';
import { adaptivePooling } from './_pool.ts';

/** The mean of each of `outputSize` windows, which share the image as in PyTorch: `[batch, c, h, w] → [batch, c, …outputSize]`. `adaptiveAvgPool2d(1)` pools over everything. */
export function adaptiveAvgPool2d(outputSize: number | Pair): Layer {
  return adaptivePooling('adaptiveAvgPool2d', 2, pool, outputSize);
}
