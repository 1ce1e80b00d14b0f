import { adaptiveMaxPool1d as pool } from '../../ops/conv/adaptive-max-pool1d.ts';
import type { Layer } from '../layer.ts';
import { adaptivePooling } from './_pool.ts';

/** The largest value of each of `outputSize` windows, which share the sequence as in PyTorch: `[batch, c, l] → [batch, c, outputSize]`. */
export function adaptiveMaxPool1d(outputSize: number): Layer {
  return adaptivePooling('adaptiveMaxPool1d', 1, pool, outputSize);
}
