import type { Triple } from '../../ops/conv/_window.ts';
import { type AvgPool3dOptions, avgPool3d as pool } from '../../ops/conv/avg-pool3d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Mean pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, d, h, w] → [batch, c, d', h', w']`. */
export function avgPool3d(
  kernelSize: number | Triple,
  options: AvgPool3dOptions = {},
): SizedLayer<'?, ?, ?, ? → channels, ?, ?, ?'> {
  const named = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
  return pooling({ name: 'avgPool3d', rank: 3, named, pool }, kernelSize, options);
}
