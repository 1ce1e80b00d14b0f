import { DTypeError, formatShape, type NDArray, type Shape, ShapeError, ValueError } from '@descent/core';
import type { ItemType } from './kernel.ts';
import type { Item } from './transform.ts';

/** An image as planes of pixels: channels, and whatever else stands before height and width. */
export interface Planes {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

export function planesOf(shape: Shape): Planes {
  const [height, width] = shape.slice(-2) as [number, number];
  return { planes: shape.slice(0, -2).reduce((n, d) => n * d, 1), height, width };
}

/** Throws unless items have height and width. */
export function expectImage({ shape }: Pick<ItemType, 'shape'>): void {
  if (shape.length >= 2) return;
  throw new ShapeError('the items are no images', {
    received: formatShape(shape),
    expected: '[…, height, width], such as [channels, height, width]',
    fix: 'leave this transform out, or give the items as images',
  });
}

export function expectFloat({ dtype, shape }: ItemType): void {
  if (dtype === 'float32') return;
  throw new DTypeError('the items are bytes', {
    received: `${dtype}${formatShape(shape)}`,
    expected: 'float32',
    fix: 'put toFloat() in front',
  });
}

/** Throws unless items of this type can hold `value`. */
export function expectFill({ dtype }: ItemType, value: number): void {
  if (dtype === 'float32' || (Number.isInteger(value) && value >= 0 && value <= 255)) return;
  throw new ValueError('the fill is no byte, but the items are bytes', {
    received: String(value),
    expected: 'a whole number from 0 to 255',
    fix: 'put toFloat() in front, or give the fill in the units of the pixels',
  });
}

export function withSize(type: ItemType, height: number, width: number): ItemType {
  return { dtype: type.dtype, shape: [...type.shape.slice(0, -2), height, width] };
}

/** A new item of a type, filled with 0. */
export function emptyItem({ dtype, shape }: ItemType): Item {
  const size = shape.reduce((n, d) => n * d, 1);
  return { dtype, shape, data: dtype === 'uint8' ? new Uint8Array(size) : new Float32Array(size) };
}

/** The same memory, rounded to the nearest (even) and clamped when it is written to, where the item holds bytes. */
export function rounding({ data }: NDArray<'uint8' | 'float32'>): Uint8ClampedArray | Float32Array {
  return data instanceof Uint8Array ? new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) : data;
}

/** To the nearest integer, halves to the even one, as in Python and IEEE 754. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
}
