import { formatShape, ShapeError } from '@descent/core';
import { expectOneOf, expectOptions, expectValue, formatSize, isCount, type Size, sizeOf } from './check.ts';
import { emptyItem, expectImage, planesOf, rounding, withSize } from './image.ts';
import type { Kernel } from './kernel.ts';
import { stretch } from './motion.ts';
import type { TransformOf } from './transform.ts';

/** Where the value of a pixel between pixels comes from: a mean of its four neighbours by distance, or the nearest. */
export type Interpolation = 'bilinear' | 'nearest';

export interface ResizeOptions {
  /** Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** When a bilinear image shrinks, average all pixels that a new one covers, so that fine lines do not vanish. Default true. */
  readonly antialias?: boolean;
}

type Data = {
  readonly size: number | readonly [number, number];
  readonly interpolation: Interpolation;
  readonly antialias: boolean;
};

/**
 * Images `[…, height, width]` in another size: `[height, width]`, or one number for the shorter side, which keeps the proportions. It is
 * `torch.nn.functional.interpolate` with `align_corners=False`, as in torchvision; bytes are rounded once, at the end.
 * Throws a `ValueError` when an option is unknown or out of range.
 */
export function resize(size: Size, options: ResizeOptions = {}): TransformOf<'resize', Data> {
  expectOptions('resize', options, ['interpolation', 'antialias']);
  const { interpolation = 'bilinear', antialias = true } = options;
  expectOneOf('resize.interpolation', interpolation, ['bilinear', 'nearest']);
  expectValue('resize.antialias', antialias, typeof antialias === 'boolean', 'true or false');
  const checked = isCount(size, 1) ? size : sizeOf('resize.size', size);
  return { transform: 'resize', options: { size: checked, interpolation, antialias } };
}

export const resizeKernel: Kernel<Data> = {
  random: false,
  label: ({ size }) => (typeof size === 'number' ? `${size}` : formatSize(size)),
  type(type, { size }) {
    expectImage(type);
    const { height, width } = planesOf(type.shape);
    if (height === 0 || width === 0) {
      throw new ShapeError('an image without pixels cannot be resized', { received: formatShape(type.shape) });
    }
    if (typeof size !== 'number') return withSize(type, ...size);
    const longer = Math.trunc((size * Math.max(height, width)) / Math.min(height, width));
    return height <= width ? withSize(type, size, longer) : withSize(type, longer, size);
  },
  apply(item, { interpolation, antialias }, _key, type) {
    const { planes, height, width } = planesOf(item.shape);
    const to = planesOf(type.shape);
    if (to.height === height && to.width === width) return item;
    const taps = (size: number, out: number): Taps =>
      interpolation === 'nearest' ? nearest(size, out) : bilinear(size, out, antialias);
    const rows = scaleAxis(
      item.data,
      new Float32Array(planes * height * to.width),
      planes * height,
      1,
      taps(width, to.width),
    );
    const out = emptyItem(type);
    scaleAxis(rows, rounding(out), planes, to.width, taps(height, to.height));
    return out;
  },
  places: {
    mask: (options) => ({ ...options, interpolation: 'nearest' }),
    motion(from, _options, _key, out) {
      const [before, after] = [planesOf(from.shape), planesOf(out.shape)];
      return stretch(after.width / before.width, after.height / before.height);
    },
  },
};

/** Each place of an axis as a weighted sum: weights `[places, most]`, the first of them for the pixel `first[place]`. */
interface Taps {
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly most: number;
  readonly weights: Float64Array;
}

/** Pixel `floor(i · size / places)`, as in PyTorch's `nearest`. */
function nearest(size: number, places: number): Taps {
  const first = Int32Array.from({ length: places }, (_, i) => Math.floor((i * size) / places));
  return { size, first, count: new Int32Array(places).fill(1), most: 1, weights: new Float64Array(places).fill(1) };
}

/** A triangle over each place's middle, as wide as two pixels of the coarser grid (of the old one without antialiasing). */
function bilinear(size: number, places: number, antialias: boolean): Taps {
  const scale = size / places;
  const support = antialias ? Math.max(scale, 1) : 1;
  const most = 2 * Math.ceil(support) + 1;
  const [first, count] = [new Int32Array(places), new Int32Array(places)];
  const weights = new Float64Array(places * most);
  for (let i = 0; i < places; i++) {
    const middle = scale * (i + 0.5);
    const from = Math.max(Math.floor(middle - support + 0.5), 0);
    const to = Math.min(Math.floor(middle + support + 0.5), size);
    let total = 0;
    for (let j = from; j < to; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - middle) / support);
      weights[i * most + j - from] = weight;
      total += weight;
    }
    for (let j = 0; j < to - from; j++) weights[i * most + j] = (weights[i * most + j] as number) / total;
    first[i] = from;
    count[i] = to - from;
  }
  return { size, first, count, most, weights };
}

/** Sums along the middle axis of `[outer, size, inner]`; writes `[outer, places, inner]`. */
function scaleAxis<A extends Float32Array | Uint8ClampedArray>(
  data: Uint8Array | Float32Array,
  out: A,
  outer: number,
  inner: number,
  { size, first, count, most, weights }: Taps,
): A {
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < first.length; i++) {
      const start = (o * size + (first[i] as number)) * inner;
      const n = count[i] as number;
      for (let k = 0; k < inner; k++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += (weights[i * most + j] as number) * (data[start + j * inner + k] as number);
        out[at++] = sum;
      }
    }
  }
  return out;
}
