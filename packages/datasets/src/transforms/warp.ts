import type { Key } from '@descent/core/random';
import { expectOneOf, expectValue, formatRange, isNumber, isNumbers, type Range } from './check.ts';
import { emptyItem, expectFill, expectImage, type Planes, planesOf, roundHalfEven, rounding } from './image.ts';
import type { Kernel } from './kernel.ts';
import { type Motion, undone } from './motion.ts';
import { cosSin } from './portable-math.ts';
import type { Interpolation } from './resize.ts';
import type { Item } from './transform.ts';

export interface WarpOptions {
  /** Default `'nearest'`, as in torchvision. */
  readonly interpolation?: Interpolation;
  /** The value of what comes from outside the image, in the units of the items. Default 0. */
  readonly fill?: number;
  /** The point that stays, `[x, y]` in pixels from the upper left corner. Default: the middle. */
  readonly center?: readonly [x: number, y: number];
}

export type WarpData = {
  readonly interpolation: Interpolation;
  readonly fill: number;
  readonly center: readonly [number, number] | null;
};

export const WARP_OPTIONS: readonly string[] = ['interpolation', 'fill', 'center'];

export function warpData(what: string, options: WarpOptions): WarpData {
  const { interpolation = 'nearest', fill = 0, center = null } = options;
  expectOneOf(`${what}.interpolation`, interpolation, ['nearest', 'bilinear']);
  expectValue(`${what}.fill`, fill, isNumber(fill), 'a finite number, in the units of the items');
  expectValue(`${what}.center`, center, center === null || isNumbers(center, 2), '[x, y] in pixels');
  return { interpolation, fill, center };
}

/** An affine map of image coordinates: degrees clockwise, pixels to the right and down, a factor, degrees of shear along x and y. */
export interface Affine {
  readonly angle: number;
  readonly translate: readonly [number, number];
  readonly scale: number;
  readonly shear: readonly [number, number];
}

/**
 * The inverse of `translate · to center · rotate · scale · shear y · shear x · from center`, the map of torchvision's `affine`
 * (`_get_inverse_affine_matrix` in its source): where a pixel comes from, with coordinates from the middle of the image.
 */
function inverse({ angle, translate, scale, shear }: Affine, { center }: WarpData, { height, width }: Planes): Motion {
  const [cx, cy] = center === null ? ([0, 0] as const) : ([center[0] - width / 2, center[1] - height / 2] as const);
  const [cosA, sinA] = cosSin(angle);
  const [cosX, sinX] = cosSin(shear[0]);
  const [cosY, sinY] = cosSin(shear[1]);
  const tanX = sinX / cosX;
  // cos(angle − shear y) / cos(shear y), and the sine likewise.
  const a = cosA + (sinA * sinY) / cosY;
  const c = sinA - (cosA * sinY) / cosY;
  const b = -a * tanX - sinA;
  const d = -c * tanX + cosA;
  const [m00, m01, m10, m11] = [d / scale, -b / scale, -c / scale, a / scale];
  const [x, y] = [cx + translate[0], cy + translate[1]];
  return [m00, m01, cx - m00 * x - m01 * y, m10, m11, cy - m10 * x - m11 * y];
}

/** The kernel of turns that `affineOf` draws. */
export function turnKernel<O extends WarpData & { readonly degrees: Range }>(
  affineOf: (planes: Planes, options: O, key: Key) => Affine,
): Kernel<O> {
  return {
    random: true,
    label: ({ degrees }) => formatRange(degrees),
    type(type, { fill }) {
      expectImage(type);
      expectFill(type, fill);
      return type;
    },
    apply: (item, options, key) => warp(item, affineOf(planesOf(item.shape), options, key), options),
    places: {
      mask: (options, fill) => ({ ...options, interpolation: 'nearest', fill }),
      motion({ shape }, options, key) {
        const planes = planesOf(shape);
        const [a, b, c, d, e, f] = undone(inverse(affineOf(planes, options, key), options, planes));
        const [x, y] = [planes.width / 2, planes.height / 2];
        return [a, b, c + x - a * x - b * y, d, e, f + y - d * x - e * y];
      },
    },
  };
}

/** The image under an affine map. Bilinear values mix with the fill at the border. */
function warp(item: Item, affine: Affine, options: WarpData): Item {
  const { interpolation, fill } = options;
  const { planes, height, width } = planesOf(item.shape);
  const [a, b, c, d, e, f] = inverse(affine, options, { planes, height, width });
  const out = emptyItem(item);
  const to = rounding(out);
  const sample = interpolation === 'nearest' ? copyNearest : mixNeighbours;
  const [halfWidth, halfHeight] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    const v = y - halfHeight;
    for (let x = 0; x < width; x++) {
      const u = x - halfWidth;
      const sx = a * u + b * v + c + halfWidth;
      const sy = d * u + e * v + f + halfHeight;
      sample(item.data, to, y * width + x, sx, sy, planes, height, width, fill);
    }
  }
  return out;
}

type Pixels = Uint8Array | Uint8ClampedArray | Float32Array;

/** Writes pixel `at` of every plane from what lies at `(sx, sy)`. */
type Sampler = (
  from: Pixels,
  to: Pixels,
  at: number,
  sx: number,
  sy: number,
  planes: number,
  height: number,
  width: number,
  fill: number,
) => void;

const copyNearest: Sampler = (from, to, at, sx, sy, planes, height, width, fill) => {
  const x = roundHalfEven(sx);
  const y = roundHalfEven(sy);
  const inside = x >= 0 && x < width && y >= 0 && y < height;
  const size = height * width;
  for (let p = 0; p < planes; p++) to[p * size + at] = inside ? (from[p * size + y * width + x] as number) : fill;
};

const mixNeighbours: Sampler = (from, to, at, sx, sy, planes, height, width, fill) => {
  const x = Math.floor(sx);
  const y = Math.floor(sy);
  const right = sx - x;
  const down = sy - y;
  const hasLeft = x >= 0 && x < width;
  const hasRight = x >= -1 && x < width - 1;
  const hasTop = y >= 0 && y < height;
  const hasBottom = y >= -1 && y < height - 1;
  const size = height * width;
  for (let p = 0; p < planes; p++) {
    const i = p * size + y * width + x;
    const topLeft = hasTop && hasLeft ? (from[i] as number) : fill;
    const topRight = hasTop && hasRight ? (from[i + 1] as number) : fill;
    const bottomLeft = hasBottom && hasLeft ? (from[i + width] as number) : fill;
    const bottomRight = hasBottom && hasRight ? (from[i + width + 1] as number) : fill;
    to[p * size + at] =
      (topLeft * (1 - right) + topRight * right) * (1 - down) + (bottomLeft * (1 - right) + bottomRight * right) * down;
  }
};
