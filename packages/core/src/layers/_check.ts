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

/** What to do about images `[batch, height, width, channels]`, as TensorFlow and image libraries have them; undefined when `shape` does not look like that. */
export function channelsLastAdvice(shape: readonly number[], channels: number): string | undefined {
  const [, first = 0, second = 0, last = 0] = shape;
  const looksLast = last === channels || (last <= 4 && first > 4 && second > 4);
  if (shape.length !== 4 || first === channels || !looksLast) return undefined;
  return 'the axes look like [batch, height, width, channels], but channels come first here: turn the data (np.transpose(x, (0, 3, 1, 2)) in NumPy), or put a layer in front whose apply is (x) => transpose(x, [0, 3, 1, 2])';
}
