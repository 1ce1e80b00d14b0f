import { type Pair, pair } from '../ops/conv/_window.ts';
import type { AvgPool2dOptions } from '../ops/conv/avg-pool2d.ts';
import { avgPool2d as pool } from '../ops/conv/avg-pool2d.ts';
import { expectFloat } from './_check.ts';
import type { Layer } from './layer.ts';

/** Mean pooling over windows of `kernelSize`, moved by `stride` (the kernel size by default): `[batch, c, h, w] → [batch, c, h', w']`. */
export function avgPool2d(kernelSize: number | Pair, options: AvgPool2dOptions = {}): Layer {
  const [kh, kw] = pair('avgPool2d', 'kernel size', kernelSize, 1);
  return {
    label: `avgPool2d(${kh}×${kw})`,
    parameters: [],
    apply(x) {
      expectFloat(x);
      return pool(x, kernelSize, options);
    },
  };
}
