import type { Pair } from '../../ops/conv/_window.ts';
import { adaptiveMaxPool2d as pool } from '../../ops/conv/adaptive-max-pool2d.ts';
import type { Layer } from '../layer.ts';
import { adaptivePooling } from './_pool.ts';

/** The largest value of each of `outputSize` windows, which share the image as in PyTorch: `[batch, c, h, w] → [batch, c, …outputSize]`. */
export function adaptiveMaxPool2d(outputSize: number | Pair): Layer {
  return adaptivePooling('adaptiveMaxPool2d', 2, pool, outputSize);
}
