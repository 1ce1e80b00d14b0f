import { type AvgPool1dOptions, avgPool1d as pool } from '../../ops/conv/avg-pool1d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Mean pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, l] → [batch, c, l']`. */
export function avgPool1d(kernelSize: number, options: AvgPool1dOptions = {}): SizedLayer<'?, ? → channels, ?'> {
  const named = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
  return pooling({ name: 'avgPool1d', rank: 1, named, pool }, kernelSize, options);
}
