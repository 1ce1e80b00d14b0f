import { isDynamic, numel, type Shape } from '../../ir/shape.ts';
import { expectKind } from '../../options.ts';

// Engines that add float32 one after the other are off by percents after some 1e7 elements. Sums of sums of few elements are right to a few
// units in the last place, and cost no more: only the first of them reads everything.

/** Up to so many elements a sum is good to 1e-5 in the worst case, and to 1e-6 in all others. */
const SHORT = 1024;
/** How many elements are added at a time. */
const BLOCK = 64;
/** A block has a size that divides the axis, where one lies between these. */
const [LEAST, MOST] = [16, 128];

/** A part of a long sum: over whole axes, which vanish, or over blocks of one axis, which gets shorter. */
export type SumStep = { readonly axes: readonly number[] } | SumOfBlocks;

export interface SumOfBlocks {
  readonly axis: number;
  /** Zeros to put behind the axis first, so that blocks fill it. */
  readonly missing: number;
  /** Elements of a block. */
  readonly block: number;
}

/** Whether a sum over `axes` is of so many elements that an engine which adds one after the other should take it in blocks. */
export function isLongSum(shape: Shape, axes: readonly number[]): boolean {
  expectKind('axes', axes, 'list', '[0]');
  return !isDynamic(shape) && numel(axes.map((axis) => shape[axis] as number)) > SHORT;
}

/** The steps of a sum over `axes` of a tensor of `shape`, each on the result of the one before; none adds more than 128 elements. */
export function sumSteps(shape: Shape, axes: readonly number[]): readonly SumStep[] {
  expectKind('the shape', shape, 'list', '[2, 3]');
  expectKind('axes', axes, 'list', '[0]');
  const steps: SumStep[] = [];
  const sizes = [...shape];
  let away = [...axes];
  while (numel(away.map((axis) => sizes[axis] as number)) > MOST) {
    const axis = away.reduce((best, a) => ((sizes[a] as number) > (sizes[best] as number) ? a : best));
    const size = sizes[axis] as number;
    if (size <= MOST) {
      steps.push({ axes: [axis] });
      sizes.splice(axis, 1);
      away = away.flatMap((a) => (a === axis ? [] : [a > axis ? a - 1 : a]));
    } else {
      const block = blockOf(size);
      const missing = (block - (size % block)) % block;
      steps.push({ axis, missing, block });
      sizes[axis] = (size + missing) / block;
    }
  }
  return away.length > 0 ? [...steps, { axes: away }] : steps;
}

/** The divisor of `size` nearest to a block, or a block, for which the axis is filled up. */
function blockOf(size: number): number {
  for (let distance = 0; BLOCK + distance <= MOST; distance++) {
    for (const block of [BLOCK - distance, BLOCK + distance]) if (block >= LEAST && size % block === 0) return block;
  }
  return BLOCK;
}
