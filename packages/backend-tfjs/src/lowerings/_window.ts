import type { Pads, Pair } from '@descent/core';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { CHANNELS_LAST } from '../kernel-list/layout.ts';
import { arranged, bare, named, padded, sliced, slicedAlong, spread } from '../kernel-list/values.ts';

/** `[batch, channels, height, width]` as the kernels for images want it: channels last. */
export function image(b: Builder, x: Value): Value {
  return bare(arranged(b, x, CHANNELS_LAST));
}

/** What a kernel for images returns, seen as the graph sees it. */
export function fromImage(y: Value): Value {
  const [batch, height, width, channels] = y.shape as [number, number, number, number];
  return named(y, [batch, channels, height, width], CHANNELS_LAST);
}

/** The padding in the form that kernels take. */
export function kernelPads([top, left, bottom, right]: Pads): object {
  if (top + left + bottom + right === 0) return { pad: 'valid' };
  const none = [0, 0];
  return { pad: [none, [top, bottom], [left, right], none] };
}

/** Zeros around the height and width of `[batch, channels, height, width]`; rows and columns go where a number is negative. */
export function framed(b: Builder, x: Value, [top, left, bottom, right]: Pads): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const cut = ([top, left, bottom, right] as const).map((p) => Math.max(0, -p)) as [number, number, number, number];
  const size = [batch, channels, height - cut[0] - cut[2], width - cut[1] - cut[3]];
  const inner = sliced(b, x, [0, 0, cut[0], cut[1]], size);
  const positive = (p: number): number => Math.max(0, p);
  return padded(b, inner, [0, 0, positive(top), positive(left)], [0, 0, positive(bottom), positive(right)]);
}

/** Zeros between the rows and between the columns, so that neighbours are `strides` apart. */
export function dilated(b: Builder, x: Value, strides: Pair): Value {
  return spread(b, spread(b, x, 2, strides[0] - 1), 3, strides[1] - 1);
}

/** Entry `i` of `count` equal pieces along `axis`. */
export function piece(b: Builder, x: Value, axis: number, count: number, i: number): Value {
  const size = (x.shape[axis] as number) / count;
  return slicedAlong(b, x, axis, i * size, size);
}
