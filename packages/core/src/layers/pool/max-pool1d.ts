import { type MaxPool1dOptions, maxPool1d as pool } from '../../ops/conv/max-pool1d.ts';
import type { SizedLayer } from '../layer.ts';
import { pooling } from './_pool.ts';

/** Max pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, l] → [batch, c, l']`. */
export function maxPool1d(kernelSize: number, options: MaxPool1dOptions = {}): SizedLayer<'?, ? → channels, ?'> {
  const named = ['stride', 'padding', 'dilation', 'ceilMode'] as const;
  return pooling({ name: 'maxPool1d', rank: 1, named, pool }, kernelSize, options);
}
