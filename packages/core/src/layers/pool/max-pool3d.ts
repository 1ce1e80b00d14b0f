import type { Triple } from '../../ops/conv/_window.ts';
import { type MaxPool3dOptions, maxPool3d as pool } from '../../ops/conv/max-pool3d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Max pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, d, h, w] → [batch, c, d', h', w']`. */
export function maxPool3d(
  kernelSize: number | Triple,
  options: MaxPool3dOptions = {},
): SizedLayer<'?, ?, ?, ? → channels, ?, ?, ?'> {
  const named = ['stride', 'padding', 'dilation', 'ceilMode'] as const;
  return pooling({ name: 'maxPool3d', rank: 3, named, pool }, kernelSize, options);
}
