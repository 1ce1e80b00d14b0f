import { DTypeError } from '../errors.ts';
import type { Node } from '../ir/node.ts';

/** Throws unless `x` is float32: bytes must be scaled first. */
export function expectFloat(x: Node): void {
  if (x.type.dtype === 'float32') return;
  throw new DTypeError(`the layer computes with float32, not ${x.type.dtype}`, {
    received: x.type.dtype,
    expected: 'float32',
    fix:
      x.type.dtype === 'uint8'
        ? 'put rescale(1 / 255) in front of the first layer: it turns bytes into floats from 0 to 1'
        : 'put rescale(1) in front of the first layer: it makes floats of the numbers',
  });
}
