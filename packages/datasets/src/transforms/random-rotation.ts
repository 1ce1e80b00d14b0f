import { expectOptions, type Range, rangeAround } from './check.ts';
import { between, draws } from './draws.ts';
import type { Kernel } from './kernel.ts';
import type { TransformOf } from './transform.ts';
import { turnKernel, WARP_OPTIONS, type WarpData, type WarpOptions, warpData } from './warp.ts';

type Data = WarpData & { readonly degrees: Range };

/**
 * Images `[…, height, width]` turned by a random angle, counter-clockwise, all angles of the range equally likely: from `-degrees` to
 * `degrees`, or from the first to the second of two. The size stays. Throws a `ValueError` when an option is unknown or out of range.
 */
export function randomRotation(
  degrees: number | Range,
  options: WarpOptions = {},
): TransformOf<'randomRotation', Data> {
  expectOptions('randomRotation', options, WARP_OPTIONS);
  return {
    transform: 'randomRotation',
    options: {
      degrees: rangeAround('randomRotation.degrees', degrees, 'angles in degrees'),
      ...warpData('randomRotation', options),
    },
  };
}

export const randomRotationKernel: Kernel<Data> = turnKernel((_, { degrees }, key) => {
  const angle = between(degrees, draws(key, 1)[0] as number);
  return { angle: -angle, translate: [0, 0], scale: 1, shear: [0, 0] };
});
