import type { Pool2dOptions } from '../../ops/conv/_pool.ts';
import { expectPadding, type Pair, pair } from '../../ops/conv/_window.ts';
import { maxPool2d as pool } from '../../ops/conv/max-pool2d.ts';
import { expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** Max pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, h, w] → [batch, c, h', w']`. */
export function maxPool2d(kernelSize: number | Pair, options: Pool2dOptions = {}): Layer {
  expectOptions('maxPool2d', options, ['stride', 'padding']);
  const [kh, kw] = pair('maxPool2d', 'kernel size', kernelSize, 1);
  pair('maxPool2d', 'stride', options.stride ?? kernelSize, 1);
  expectPadding('maxPool2d', options.padding ?? 0);
  return {
    label: `maxPool2d(${kh}×${kw})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return pool(x, kernelSize, options);
    },
  };
}
