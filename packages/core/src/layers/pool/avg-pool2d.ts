import type { Pair } from '../../ops/conv/_window.ts';
import { type AvgPool2dOptions, avgPool2d as pool } from '../../ops/conv/avg-pool2d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Mean pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, h, w] → [batch, c, h', w']`. */
export function avgPool2d(
  kernelSize: number | Pair,
  options: AvgPool2dOptions = {},
): SizedLayer<'?, ?, ? → channels, ?, ?'> {
  const named = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
  return pooling({ name: 'avgPool2d', rank: 2, named, pool }, kernelSize, options);
}
