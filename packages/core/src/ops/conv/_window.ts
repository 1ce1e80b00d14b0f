import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { describeValue } from '../../options.ts';

/** `[height, width]`. */
export type Pair = readonly [number, number];
/** `[top, left, bottom, right]`, ONNX's order. */
export type Pads = readonly [number, number, number, number];

/**
 * Zeros around an image: one number for all sides, `[height, width]`, `[top, left, bottom, right]`, `'valid'` (none) or `'same'` (as many as
 * make the output `ceil(size / stride)`; the odd one goes to the bottom and right).
 */
export type Padding = number | Pair | Pads | 'valid' | 'same';

/** How a window moves over an image. */
export interface WindowAttrs {
  readonly strides: Pair;
  readonly pads: Pads;
}

/** A number stands for both height and width. */
export function pair(op: string, option: string, value: number | Pair, least: number): Pair {
  const out: Pair = typeof value === 'number' ? [value, value] : value;
  if (Array.isArray(out) && out.length === 2 && out.every((v) => Number.isInteger(v) && v >= least)) return out;
  throw new ValueError(`${op} was given an invalid ${option}`, {
    received: Array.isArray(value) ? `[${value.join(', ')}]` : describeValue(value),
    expected: `an integer of at least ${least}, or [height, width] of such`,
  });
}

/** Throws unless `padding` is one, whatever the image. */
export function expectPadding(op: string, padding: unknown): asserts padding is Padding {
  if (padding === 'valid' || padding === 'same') return;
  const list: unknown = typeof padding === 'number' ? [padding, padding] : padding;
  const isPad = (p: unknown): boolean => Number.isInteger(p) && (p as number) >= 0;
  if (Array.isArray(list) && (list.length === 2 || list.length === 4) && list.every(isPad)) return;
  throw new ValueError(`${op} was given an invalid padding`, {
    received: Array.isArray(padding) ? `[${padding.join(', ')}]` : describeValue(padding),
    expected: "'valid', 'same', an integer of at least 0, [height, width] or [top, left, bottom, right]",
  });
}

export function resolvePads(
  op: string,
  padding: Padding,
  size: Pair,
  kernel: Pair,
  strides: Pair,
  dilations: Pair,
): Pads {
  expectPadding(op, padding);
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding === 'same') {
    const total = ([0, 1] as const).map((i) => {
      const reach = dilations[i] * (kernel[i] - 1) + 1;
      return Math.max(0, (Math.ceil(size[i] / strides[i]) - 1) * strides[i] + reach - size[i]);
    }) as [number, number];
    const [top, left] = total.map((t) => Math.floor(t / 2)) as [number, number];
    return [top, left, total[0] - top, total[1] - left];
  }
  const [h, w, b, r] = typeof padding === 'number' ? [padding, padding] : padding;
  return [h, w, b ?? h, r ?? w];
}

/** `floor((size + padding − dilation·(kernel − 1) − 1) / stride) + 1` on both axes, as in PyTorch. */
export function outputSize(
  op: string,
  size: Pair,
  kernel: Pair,
  { strides, pads }: WindowAttrs,
  dilations: Pair,
): Pair {
  return ([0, 1] as const).map((i) => {
    const padded = size[i] + pads[i] + pads[(i + 2) as 2 | 3];
    const reach = dilations[i] * (kernel[i] - 1) + 1;
    if (size[i] >= 1 && padded >= reach) return Math.floor((padded - reach) / strides[i]) + 1;
    throw new ShapeError(`${op}: the window is larger than the ${i === 0 ? 'height' : 'width'} of the image`, {
      received: `size ${size[i]} + padding ${pads[i]} + ${pads[(i + 2) as 2 | 3]} = ${padded}, window ${kernel[i]} dilated by ${dilations[i]} = ${reach}`,
      expected: `a padded size of at least ${reach}`,
      fix: 'use a smaller kernel, more padding, or fewer pooling layers before this one',
    });
  }) as [number, number];
}

/** Checks an image batch `[batch, channels, height, width]` and returns its height and width. */
export function imageSize(op: string, what: string, { dtype, shape }: TensorType): Pair {
  expectDType(op, what, dtype, ['float32']);
  if (shape.length === 4 && (shape[2] as number) >= 0 && (shape[3] as number) >= 0)
    return [shape[2] as number, shape[3] as number];
  throw new ShapeError(`${op} needs ${what} [batch, channels, height, width]`, {
    received: formatShape(shape),
    expected: 'four axes, with fixed height and width',
    fix: shape.length === 3 ? 'add the batch or the channel axis with reshape' : 'reshape the images to four axes',
  });
}

/** Throws unless a gradient has the shape of what it is the gradient of. */
export function expectGradientShape(op: string, received: Shape, expected: Shape): void {
  if (sameShape(received, expected)) return;
  throw new ShapeError(`${op} was given a gradient of another shape than the result it belongs to`, {
    received: formatShape(received),
    expected: formatShape(expected),
  });
}
