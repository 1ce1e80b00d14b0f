import { adaptiveAvgPool1d as pool } from '../../ops/conv/adaptive-avg-pool1d.ts';
import type { Layer } from '../layer.ts';
import { adaptivePooling } from './_pool.ts';

/** The mean of each of `outputSize` windows, which share the sequence as in PyTorch: `[batch, c, l] → [batch, c, outputSize]`. `adaptiveAvgPool1d(1)` pools over everything. */
export function adaptiveAvgPool1d(outputSize: number): Layer {
  return adaptivePooling('adaptiveAvgPool1d', 1, pool, outputSize);
}
