import { expectUpsample, type UpsampleOptions, upsample as upsampleOf } from '../../ops/shape/upsample.ts';
import { expectFloat } from '../_check.ts';
import type { SizedLayer } from '../layer.ts';

/**
 * More pixels, or fewer, by the nearest one or by interpolation, with the numbers of PyTorch's `Upsample`:
 * `upsample({ scaleFactor: 2 })` makes `[batch, c, h, w]` into `[batch, c, 2h, 2w]`, `upsample({ size: [h, w], mode: 'bilinear' })` into a size.
 * @throws ShapeError for what has not one to three axes behind the channels.
 */
export function upsample(options: UpsampleOptions = {}): SizedLayer<'… → channels, …'> {
  expectUpsample(options);
  const { size, scaleFactor = 2, mode = 'nearest' } = options;
  const target = size === undefined ? `×${[scaleFactor].flat().join('×')}` : [size].flat().join('×');
  return {
    label: `upsample(${target}, ${mode})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return upsampleOf(x, options);
    },
  };
}
