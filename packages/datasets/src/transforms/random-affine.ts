import { expectOptions, expectValue, isNumbers, type Range, rangeAround, rangeOf } from './check.ts';
import { between, draws } from './draws.ts';
import { roundHalfEven } from './image.ts';
import type { Kernel } from './kernel.ts';
import type { TransformOf } from './transform.ts';
import { turnKernel, WARP_OPTIONS, type WarpData, type WarpOptions, warpData } from './warp.ts';

export interface RandomAffineOptions extends WarpOptions {
  /** Largest shift as shares of width and height, each from 0 to 1; shifts are whole pixels. Default: none. */
  readonly translate?: readonly [x: number, y: number];
  /** Smallest and largest factor. Default: none. */
  readonly scale?: Range;
  /** Degrees of shear along x: `±shear`, two bounds, or four, the last two of them for y. Default: none. */
  readonly shear?: number | Range | readonly [fromX: number, toX: number, fromY: number, toY: number];
}

type Data = WarpData & {
  readonly degrees: Range;
  readonly translate: readonly [number, number];
  readonly scale: Range;
  readonly shear: readonly [Range, Range];
};

/**
 * Images `[…, height, width]` turned (clockwise), shifted, scaled and sheared at random around their middle, as torchvision's
 * `RandomAffine`; `degrees` as for `randomRotation`. The size stays. Throws a `ValueError` when an option is unknown or out of range.
 */
export function randomAffine(
  degrees: number | Range,
  options: RandomAffineOptions = {},
): TransformOf<'randomAffine', Data> {
  expectOptions('randomAffine', options, ['translate', 'scale', 'shear', ...WARP_OPTIONS]);
  const { translate = [0, 0], scale = [1, 1], shear = 0 } = options;
  expectValue(
    'randomAffine.translate',
    translate,
    isNumbers(translate, 2, 0, 1),
    'two shares from 0 to 1, of width and height',
  );
  return {
    transform: 'randomAffine',
    options: {
      degrees: rangeAround('randomAffine.degrees', degrees, 'angles in degrees'),
      translate: [translate[0], translate[1]],
      scale: rangeOf('randomAffine.scale', scale, '[smallest, largest] factor, above 0', Number.MIN_VALUE),
      shear: shearData(shear),
      ...warpData('randomAffine', options),
    },
  };
}

function shearData(shear: unknown): readonly [Range, Range] {
  const four: readonly unknown[] | undefined = Array.isArray(shear) && shear.length === 4 ? shear : undefined;
  const ranges = [four?.slice(0, 2) ?? shear, four?.slice(2) ?? 0].map((range) =>
    rangeAround('randomAffine.shear', range, 'degrees along x, or [lowest x, highest x, lowest y, highest y]'),
  );
  const steepest = ranges.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  expectValue('randomAffine.shear', shear, steepest < 90, 'less than 90 degrees');
  return ranges as unknown as readonly [Range, Range];
}

export const randomAffineKernel: Kernel<Data> = turnKernel(({ height, width }, options, key) => {
  const { degrees, translate, scale, shear } = options;
  const u = draws(key, 6) as [number, number, number, number, number, number];
  const shift = (share: number, size: number, v: number): number =>
    roundHalfEven(between([-share * size, share * size], v));
  return {
    angle: between(degrees, u[0]),
    translate: [shift(translate[0], width, u[1]), shift(translate[1], height, u[2])],
    scale: between(scale, u[3]),
    shear: [between(shear[0], u[4]), between(shear[1], u[5])],
  };
});
