import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { describeValue } from '../../options.ts';

/** `[height, width]`. */
export type Pair = readonly [number, number];
/** `[depth, height, width]`. */
export type Triple = readonly [number, number, number];
/** `[top, left, bottom, right]`, ONNX's order. */
export type Pads = readonly [number, number, number, number];

/** Zeros around a sequence: one number for both ends, `[left, right]`, `'valid'` or `'same'` (see `Padding`). */
export type Padding1d = number | Pair | 'valid' | 'same';

/**
 * Zeros around an image: one number for all sides, `[height, width]`, `[top, left, bottom, right]`, `'valid'` (none) or `'same'` (as many as
 * make the output `ceil(size / stride)`; the odd one goes to the bottom and right).
 */
export type Padding = number | Pair | Pads | 'valid' | 'same';

/** Zeros around a volume: one number, `[depth, height, width]`, `[front, top, left, back, bottom, right]`, `'valid'` or `'same'` (see `Padding`). */
export type Padding3d = number | Triple | readonly [number, number, number, number, number, number] | 'valid' | 'same';

/** How many axes a window moves along. */
export type Rank = 1 | 2 | 3;

/** What the axes behind batch and channels are called. */
export const AXES: Readonly<Record<Rank, readonly string[]>> = {
  1: ['length'],
  2: ['height', 'width'],
  3: ['depth', 'height', 'width'],
};
const SIDES: Readonly<Record<Rank, string>> = {
  1: '[left, right]',
  2: '[top, left, bottom, right]',
  3: '[front, top, left, back, bottom, right]',
};
/** What a batch holds. */
export const THINGS: Readonly<Record<Rank, string>> = { 1: 'sequence', 2: 'image', 3: 'volume' };

/** How a window moves over an image. */
export interface WindowAttrs {
  readonly strides: Pair;
  readonly pads: Pads;
}

/** A number stands for both height and width. */
export function pair(op: string, option: string, value: number | Pair, least: number): Pair {
  return sizes(op, option, value, least, 2) as Pair;
}

/** A number stands for all axes. */
export function sizes(op: string, option: string, value: unknown, least: number, rank: Rank): readonly number[] {
  const out: unknown = typeof value === 'number' ? AXES[rank].map(() => value) : value;
  if (Array.isArray(out) && out.length === rank && out.every((v) => Number.isSafeInteger(v) && v >= least)) return out;
  throw new ValueError(`${op} was given an invalid ${option}`, {
    received: Array.isArray(value) ? `[${value.join(', ')}]` : describeValue(value),
    expected: `an integer of at least ${least}${rank === 1 ? '' : `, or [${AXES[rank].join(', ')}] of such`}`,
  });
}

/** Throws unless `padding` is one, whatever the image. */
export function expectPadding(op: string, padding: unknown, rank: Rank = 2): void {
  if (padding === 'valid' || padding === 'same') return;
  if (isPads(padding, rank)) return;
  throw new ValueError(`${op} was given an invalid padding`, {
    received: Array.isArray(padding) ? `[${padding.join(', ')}]` : describeValue(padding),
    expected: `'valid', 'same', ${paddingNumbers(rank)}`,
  });
}

/** Whether `padding` is a number, one for each axis or one for each side. */
export function isPads(padding: unknown, rank: Rank): padding is number | readonly number[] {
  const list: unknown = typeof padding === 'number' ? AXES[rank].map(() => padding) : padding;
  const isPad = (p: unknown): boolean => Number.isSafeInteger(p) && (p as number) >= 0;
  return Array.isArray(list) && (list.length === rank || list.length === 2 * rank) && list.every(isPad);
}

/** What `isPads` takes, for people. */
export function paddingNumbers(rank: Rank): string {
  return `an integer of at least 0, ${rank === 1 ? '' : `[${AXES[rank].join(', ')}] `}or ${SIDES[rank]}`;
}

/** A number, one for each axis or one for each side, as one for each side. */
export function sides(padding: number | readonly number[], rank: Rank): readonly number[] {
  const list = typeof padding === 'number' ? AXES[rank].map(() => padding) : padding;
  return list.length === rank ? [...list, ...list] : list;
}

export function resolvePads(
  op: string,
  padding: Padding,
  size: Pair,
  kernel: Pair,
  strides: Pair,
  dilations: Pair,
): Pads {
  return resolveSides(op, padding, size, { kernel, strides, dilations }, 2) as unknown as Pads;
}

/** How a window moves, axis by axis. */
export interface Moves {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** One number for each side, in front of each axis and then behind each. */
export function resolveSides(
  op: string,
  padding: unknown,
  size: readonly number[],
  moves: Moves,
  rank: Rank,
): readonly number[] {
  expectPadding(op, padding, rank);
  if (padding === 'valid') return sides(0, rank);
  if (padding !== 'same') return sides(padding as number, rank);
  const total = size.map((n, i) => {
    const [kernel, stride, dilation] = along(moves, i);
    const reach = dilation * (kernel - 1) + 1;
    return Math.max(0, (Math.ceil(n / stride) - 1) * stride + reach - n);
  });
  const before = total.map((t) => Math.floor(t / 2));
  return [...before, ...total.map((t, i) => t - (before[i] as number))];
}

function along({ kernel, strides, dilations }: Moves, i: number): readonly [number, number, number] {
  return [kernel[i] as number, strides[i] as number, dilations[i] as number];
}

/** `floor((size + padding − dilation·(kernel − 1) − 1) / stride) + 1` on both axes, as in PyTorch. */
export function outputSize(
  op: string,
  size: Pair,
  kernel: Pair,
  { strides, pads }: WindowAttrs,
  dilations: Pair,
): Pair {
  return outputSizes(op, size, { kernel, strides, dilations }, pads, 2) as unknown as Pair;
}

function outputSizes(
  op: string,
  size: readonly number[],
  moves: Moves,
  pads: readonly number[],
  rank: Rank,
): readonly number[] {
  return size.map((n, i) => {
    const [kernel, stride, dilation] = along(moves, i);
    const [before, after] = [pads[i], pads[i + rank]] as [number, number];
    const padded = n + before + after;
    const reach = dilation * (kernel - 1) + 1;
    if (n >= 1 && padded >= reach) return Math.floor((padded - reach) / stride) + 1;
    throw new ShapeError(`${op}: the window is larger than the ${AXES[rank][i]} of the ${THINGS[rank]}`, {
      received: `size ${n} + padding ${before} + ${after} = ${padded}, window ${kernel} dilated by ${dilation} = ${reach}`,
      expected: `a padded size of at least ${reach}`,
      fix: 'use a smaller kernel, more padding, or fewer pooling layers before this one',
    });
  });
}

/** The options that say how a window moves, for any number of axes. */
export interface WindowOptions<Size = number, Pad = unknown> {
  /** Default 1. */
  readonly stride?: Size;
  /** Default 0. */
  readonly padding?: Pad;
  /** Default 1. */
  readonly dilation?: Size;
}

/** How a window moves along any number of axes, and what it leaves of them. */
export interface Windows extends Moves {
  /** In front of each axis, then behind each. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
}

/** How a window moves, without what follows from the sizes. */
export function movesOf({ strides, dilations, pads }: Windows): Pick<Windows, 'strides' | 'dilations' | 'pads'> {
  return { strides, dilations, pads };
}

/** Looks at the options of a window that moves over `size`. */
export function windows(
  op: string,
  size: readonly number[],
  kernel: readonly number[],
  { stride = 1, padding = 0, dilation = 1 }: WindowOptions<unknown>,
  rank: Rank,
): Windows {
  const moves = {
    kernel,
    strides: sizes(op, 'stride', stride, 1, rank),
    dilations: sizes(op, 'dilation', dilation, 1, rank),
  };
  const pads = resolveSides(op, padding, size, moves, rank);
  return { ...moves, pads, output: outputSizes(op, size, moves, pads, rank) };
}

/** Checks an image batch `[batch, channels, height, width]` and returns its height and width. */
export function imageSize(op: string, what: string, type: TensorType): Pair {
  return sizesOf(op, what, type, 2) as unknown as Pair;
}

/** Checks a batch `[batch, channels, …]` with `rank` axes behind the channels and returns their sizes. */
export function sizesOf(op: string, what: string, { dtype, shape }: TensorType, rank: Rank): readonly number[] {
  expectDType(op, what, dtype, ['float32']);
  const found = shape.slice(2);
  if (shape.length === rank + 2 && found.every((d) => d >= 0)) return found;
  const names = AXES[rank].join(', ');
  throw new ShapeError(`${op} needs ${what} [batch, channels, ${names}]`, {
    received: formatShape(shape),
    expected: `${['three', 'four', 'five'][rank - 1]} axes, with fixed ${AXES[rank].join(' and ')}`,
    fix:
      shape.length === rank + 1
        ? 'add the batch or the channel axis with reshape'
        : `reshape the ${THINGS[rank]}s to ${['three', 'four', 'five'][rank - 1]} axes`,
  });
}

/** Throws unless each axis of a batch `[batch, channels, …]` has something to pool. */
export function expectFilled(op: string, type: TensorType, rank: Rank): void {
  const thing = THINGS[rank];
  const empty = sizesOf(op, rank === 2 ? 'an image batch' : `a batch of ${thing}s`, type, rank).indexOf(0);
  if (empty < 0) return;
  throw new ShapeError(`${op}: the ${thing}s are empty`, {
    received: formatShape(type.shape),
    expected: `a ${AXES[rank][empty]} of at least 1`,
  });
}

/** Throws unless a gradient has the shape of what it is the gradient of. */
export function expectGradientShape(op: string, received: Shape, expected: Shape): void {
  if (sameShape(received, expected)) return;
  throw new ShapeError(`${op} was given a gradient of another shape than the result it belongs to`, {
    received: formatShape(received),
    expected: formatShape(expected),
  });
}
