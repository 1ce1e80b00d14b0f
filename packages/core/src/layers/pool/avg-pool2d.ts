import { expectPadding, type Pair, pair } from '../../ops/conv/_window.ts';
import type { AvgPool2dOptions } from '../../ops/conv/avg-pool2d.ts';
import { avgPool2d as pool } from '../../ops/conv/avg-pool2d.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** Mean pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, h, w] → [batch, c, h', w']`. */
export function avgPool2d(kernelSize: number | Pair, options: AvgPool2dOptions = {}): Layer {
  expectOptions('avgPool2d', options, ['stride', 'padding', 'countIncludePad']);
  const [kh, kw] = pair('avgPool2d', 'kernel size', kernelSize, 1);
  pair('avgPool2d', 'stride', options.stride ?? kernelSize, 1);
  expectPadding('avgPool2d', options.padding ?? 0);
  if (options.countIncludePad !== undefined) expectFlag('avgPool2d.countIncludePad', options.countIncludePad);
  return {
    label: `avgPool2d(${kh}×${kw})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return pool(x, kernelSize, options);
    },
  };
}
