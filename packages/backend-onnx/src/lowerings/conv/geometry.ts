import { numel } from '@descent/core/backend';
import type { Pads, Pair, WindowAttrs } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import { pad, reshape, slice } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';

export type Image = readonly [batch: number, channels: number, height: number, width: number];

export function imageShape(x: Value): Image {
  return x.shape as unknown as Image;
}

/** Surrounds images with `value`, zeros by default. */
export function padImage(b: GraphBuilder, x: Value, [top, left, bottom, right]: Pads, value?: Value): Value {
  return pad(b, x, [0, 0, top, left], [0, 0, bottom, right], value);
}

/** The positions of a window, in row-major order. */
export function taps([height, width]: Pair): readonly Pair[] {
  return Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]);
}

/** What all windows of the padded images `x`, whose rows are `axis`, have at one `tap`: `[batch, channels, rows, columns]`, or in the order of `x`. */
export function tapOf(
  b: GraphBuilder,
  x: Value,
  tap: Pair,
  [rows, columns]: Pair,
  strides: Pair,
  dilations: Pair,
  axis = 2,
): Value {
  const [top, left] = [tap[0] * dilations[0], tap[1] * dilations[1]];
  return slice(b, x, [
    { axis, start: top, end: top + (rows - 1) * strides[0] + 1, step: strides[0] },
    { axis: axis + 1, start: left, end: left + (columns - 1) * strides[1] + 1, step: strides[1] },
  ]);
}

/** Whether windows tile the image without gaps, overlap or padding; rows and columns at the end may be left out. */
export function tiles({ strides, pads }: WindowAttrs, kernel: Pair): boolean {
  return pads.every((p) => p === 0) && strides[0] === kernel[0] && strides[1] === kernel[1];
}

/** Merges height and width: `[batch, channels, pixels]`. */
export function flat(b: GraphBuilder, x: Value): Value {
  return reshape(b, x, [...x.shape.slice(0, 2), numel(x.shape.slice(2))]);
}
