import type { ImagePreprocessing, NDArray, SampleType, Tree } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { transformedType } from '@descent/datasets';
import type { LoadedSet } from '../config/data.ts';

/** What white may be in arrays of pictures: bits or shares, sklearn's digits, bytes. */
const WHITES = [1, 16, 255];

/**
 * How a picture becomes a sample of `data`; `null` when samples are no pictures. Where the data do not say it, since they came as arrays, it is assumed
 * from what the numbers look like, and marked as such.
 */
export function picturesOf(sample: Tree<SampleType>, data: LoadedSet): ImagePreprocessing | null {
  if (!isLeaf(sample) || !isLeaf(data.x)) return null;
  const { shape, dtype = 'float32' } = sample;
  if (data.pictures !== undefined && makes(data.pictures, { shape, dtype })) return data.pictures;
  const [channels, height, width] = shape;
  const isPicture =
    shape.length === 3 && (channels === 1 || channels === 3) && (dtype === 'uint8' || dtype === 'float32');
  if (!isPicture || width === undefined || height === undefined) return null;
  const range = rangeOf(data.x);
  return { width, height, channels, fit: 'contain', invert: false, dtype, range, transforms: [], assumed: true };
}

function makes(
  { width, height, channels, dtype = 'uint8', transforms = [] }: ImagePreprocessing,
  wanted: SampleType,
): boolean {
  const made = transformedType(transforms, { dtype, shape: [channels, height, width] });
  return made.dtype === wanted.dtype && String(made.shape) === String(wanted.shape);
}

/** From 0 to the least white that no number exceeds; unknown where numbers are negative or larger: those were prepared in some way of their own. */
function rangeOf(x: NDArray): readonly [number, number] | 'unknown' {
  let [least, most] = [0, 0];
  for (const v of x.data) {
    if (v < least) least = v;
    if (v > most) most = v;
  }
  const white = WHITES.find((w) => most <= w);
  return least < 0 || white === undefined ? 'unknown' : [0, white];
}
