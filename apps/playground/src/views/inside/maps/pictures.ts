import type { NDArray } from '@descent/core';

/** Numbers that are drawn as one picture. */
export interface Picture {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** Strips of numbers without an order are this wide at most. */
const STRIP = 32;

/**
 * One output of a layer, `[1, …]`, as pictures: each channel of `[1, c, h, w]`, or all numbers of another shape in rows one after the other.
 */
export function picturesOf({ shape, data }: NDArray): readonly Picture[] {
  const [, channels = 1, height = 1, width = 1] = shape;
  if (shape.length === 4) return split(data, channels, width, height);
  const columns = Math.min(STRIP, data.length);
  const rows = Math.ceil(data.length / columns);
  const padded = Float32Array.from({ length: rows * columns }, (_, i) => (data[i] as number | undefined) ?? Number.NaN);
  return [{ data: padded, width: columns, height: rows }];
}

/** The kernels of a convolution `[out, in, kh, kw]`, for each output channel one of each input channel. */
export function kernelsOf({ shape, data }: NDArray): readonly (readonly Picture[])[] {
  const [out = 0, inner = 0, height = 1, width = 1] = shape;
  const all = split(data, out * inner, width, height);
  return Array.from({ length: out }, (_, o) => all.slice(o * inner, (o + 1) * inner));
}

/**
 * The weights of a linear layer `[out, in]` that looks at whole pictures `[c, h, w]`: for each unit its weights where their pixels are, channels one
 * below the other. `null` where the layer takes something else.
 */
export function unitsOf({ shape, data }: NDArray, picture: readonly number[]): readonly Picture[] | null {
  const [out = 0, inner = 0] = shape;
  const [channels = 0, height = 0, width = 0] = picture;
  if (shape.length !== 2 || picture.length !== 3 || inner !== channels * height * width) return null;
  return split(data, out, width, channels * height);
}

function split(data: NDArray['data'], count: number, width: number, height: number): readonly Picture[] {
  return Array.from({ length: count }, (_, i) => ({
    data: data.subarray(i * width * height, (i + 1) * width * height) as ArrayLike<number>,
    width,
    height,
  }));
}
