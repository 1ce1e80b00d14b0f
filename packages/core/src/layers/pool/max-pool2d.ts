import type { Pool2dOptions } from '../../ops/conv/_pool.ts';
import type { Pair } from '../../ops/conv/_window.ts';
import { maxPool2d as pool } from '../../ops/conv/max-pool2d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Max pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, h, w] → [batch, c, h', w']`. */
export function maxPool2d(
  kernelSize: number | Pair,
  options: Pool2dOptions = {},
): SizedLayer<'?, ?, ? → channels, ?, ?'> {
  const named = ['stride', 'padding', 'dilation', 'ceilMode'] as const;
  return pooling({ name: 'maxPool2d', rank: 2, named, pool }, kernelSize, options);
}
