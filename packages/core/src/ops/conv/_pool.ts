import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { expectFlag } from '../../options.ts';
import { knownAs, type PoolCall } from '../composite/known-as.ts';
import {
  AXES,
  imageSize,
  outputSize,
  type Padding,
  type Pair,
  type Rank,
  resolveSides,
  sizes,
  sizesOf,
  THINGS,
  type WindowAttrs,
} from './_window.ts';

export interface Pool2dAttrs extends WindowAttrs {
  readonly kernel: Pair;
}

/** Options of a pooling, whose windows have `Size`s. */
export interface PoolOptions<Size = number | Pair, Pad = Padding> {
  /** Default: the kernel size. */
  readonly stride?: Size;
  /** Default 0. At most half of the kernel, so that each window holds a pixel. */
  readonly padding?: Pad;
  /** Whether a window that reaches beyond the end counts, as long as it begins before it. Default false. */
  readonly ceilMode?: boolean;
}

/** Options of a max pooling. */
export interface MaxPoolOptions<Size = number | Pair, Pad = Padding> extends PoolOptions<Size, Pad> {
  /** Distance of the pixels of a window. Default 1. */
  readonly dilation?: Size;
}

export type Pool2dOptions = MaxPoolOptions;

/** How a window moves along one axis. */
export interface PoolAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front, and behind. */
  readonly before: number;
  readonly after: number;
  /** How far the last window reaches beyond the padding. */
  readonly beyond: number;
  readonly output: number;
}

const UNDILATED: Pair = [1, 1];

/** Looks at a batch and at the options of a pooling. */
export function poolAxes(
  op: string,
  x: Node,
  kernelSize: unknown,
  { stride = kernelSize, padding = 0, ceilMode = false, dilation = 1 }: MaxPoolOptions<unknown, unknown>,
  rank: Rank,
): readonly PoolAxis[] {
  expectNodes(op, [x]);
  expectFlag(`${op}.ceilMode`, ceilMode);
  const kernel = sizes(op, 'kernel size', kernelSize, 1, rank);
  const strides = sizes(op, 'stride', stride, 1, rank);
  const dilations = sizes(op, 'dilation', dilation, 1, rank);
  const thing = THINGS[rank];
  const size = sizesOf(op, rank === 2 ? 'an image batch' : `a batch of ${thing}s`, x.type, rank);
  const pads = resolveSides(op, padding, size, { kernel, strides, dilations }, rank);
  const reach = kernel.map((k, i) => (dilations[i] as number) * (k - 1) + 1);
  if (pads.some((p, i) => p > (reach[i % rank] as number) / 2)) {
    throw new ShapeError(`${op}: padding may be at most half of the kernel`, {
      received: `padding [${pads.join(', ')}], kernel [${kernel.join(', ')}]`,
      expected: 'windows that each hold a pixel',
    });
  }
  return size.map((n, i) => {
    const [before, after] = [pads[i], pads[i + rank]] as [number, number];
    const [k, s, d] = [kernel[i], strides[i], dilations[i]] as [number, number, number];
    const moves = { size: n, kernel: k, stride: s, dilation: d, before, after };
    return {
      ...moves,
      ...lastWindow(`${op}: the window is larger than the ${AXES[rank][i]} of the ${thing}`, moves, ceilMode),
    };
  });
}

/** `floor` or `ceil((size + padding − reach) / stride) + 1`; a window that would begin behind the last pixel is none, as in PyTorch. */
function lastWindow(
  tooLarge: string,
  { size, kernel, stride, dilation, before, after }: Omit<PoolAxis, 'beyond' | 'output'>,
  ceilMode: boolean,
): Pick<PoolAxis, 'beyond' | 'output'> {
  const padded = size + before + after;
  const reach = dilation * (kernel - 1) + 1;
  const room = padded - reach + (ceilMode ? stride - 1 : 0);
  if (size < 1 || room < 0) {
    throw new ShapeError(tooLarge, {
      received: `size ${size} + padding ${before} + ${after} = ${padded}, window ${kernel} dilated by ${dilation} = ${reach}`,
      expected: `a padded size of at least ${reach}`,
      fix: 'use a smaller kernel, more padding, or fewer pooling layers before this one',
    });
  }
  const counted = Math.floor(room / stride) + 1;
  const output = ceilMode && (counted - 1) * stride >= size + before ? counted - 1 : counted;
  return { output, beyond: Math.max(0, (output - 1) * stride + reach - padded) };
}

/** An axis along which nothing is pooled. */
export function still(size: number): PoolAxis {
  return { size, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, beyond: 0, output: size };
}

/** The attributes of windows over images, whose last ones reach beyond the padding where they must. */
export function attrsOf([rows, columns]: readonly [PoolAxis, PoolAxis]): Pool2dAttrs {
  return {
    kernel: [rows.kernel, columns.kernel],
    strides: [rows.stride, columns.stride],
    pads: [rows.before, columns.before, rows.after + rows.beyond, columns.after + columns.beyond],
  };
}

/** `y` is the maxima or the means of windows over `x` of any number of axes. */
export function knownPool(
  y: Node,
  x: Node,
  axes: readonly PoolAxis[],
  call: Pick<PoolCall, 'call' | 'countIncludePad'>,
): Node {
  const each = (f: (axis: PoolAxis) => number): readonly number[] => axes.map(f);
  const known = {
    ...call,
    kernel: each(({ kernel }) => kernel),
    strides: each(({ stride }) => stride),
    dilations: each(({ dilation }) => dilation),
    pads: [...each(({ before }) => before), ...each(({ after, beyond }) => after + beyond)],
  };
  return knownAs(y, known, { x });
}

/** `y` is the means of windows over `x`. What a window has beyond the padding never counts, for which there is no name where the padding does. */
export function knownMeans(y: Node, x: Node, axes: readonly PoolAxis[], countIncludePad: boolean): Node {
  const isKnown = !countIncludePad || axes.every(({ beyond }) => beyond === 0);
  return isKnown ? knownPool(y, x, axes, { call: 'avgPool', countIncludePad }) : y;
}

export function poolType(op: string, x: TensorType, attrs: Pool2dAttrs): TensorType {
  const size = imageSize(op, 'an image batch', x);
  return { dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...outputSize(op, size, attrs.kernel, attrs, UNDILATED)] };
}
