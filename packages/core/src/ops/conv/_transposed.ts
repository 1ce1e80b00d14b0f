import { ShapeError, ValueError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { describeValue } from '../../options.ts';
import { pad } from '../shape/pad.ts';
import { AXES, isPads, paddingNumbers, type Rank, sides, sizes, type WindowOptions } from './_window.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';

/** Options of a transposed convolution, whose windows have `Size`s. `padding` is what is cut off the result. */
export interface TransposedOptions<Size, Pad> extends WindowOptions<Size, Pad> {
  /** What is added behind each axis of the result, less than the stride or the dilation. Default 0. */
  readonly outputPadding?: Size;
  /** Default 1. */
  readonly groups?: number;
}

/** Throws unless `padding` is numbers: a transposed convolution has no `'same'`, as in PyTorch. */
export function expectCut(op: string, padding: unknown, rank: Rank): asserts padding is number | readonly number[] {
  if (isPads(padding, rank)) return;
  throw new ValueError(`${op} was given an invalid padding`, {
    received: Array.isArray(padding) ? `[${padding.join(', ')}]` : describeValue(padding),
    expected: paddingNumbers(rank),
    fix:
      padding === 'same'
        ? 'for an output of stride · size, give padding: ⌊dilation · (kernel − 1) / 2⌋ and outputPadding: stride − 1, with an odd kernel'
        : undefined,
  });
}

/** Throws unless each output padding is smaller than the stride or the dilation, as PyTorch asks. */
export function expectOutputPadding(
  op: string,
  outputPadding: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): void {
  const at = outputPadding.findIndex((extra, i) => extra >= Math.max(strides[i] as number, dilations[i] as number));
  if (at < 0) return;
  throw new ValueError(`${op}: the output padding must be smaller than the stride or the dilation`, {
    path: 'outputPadding',
    received: `output padding ${outputPadding[at]}, stride ${strides[at]}, dilation ${dilations[at]}`,
    expected: `at most ${Math.max(strides[at] as number, dilations[at] as number) - 1}`,
  });
}

/** How the windows of a transposed convolution move, and what they make of `size`. */
export interface TransposedWindows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** What is cut off in front of each axis, then behind each. */
  readonly pads: readonly number[];
  readonly output: readonly number[];
  /** What it was asked to cut off, and to put behind each axis. */
  readonly asked: { readonly pads: readonly number[]; readonly outputPadding: readonly number[] };
  /** How much of each axis of the output windows reach. */
  readonly reached: readonly number[];
}

/** Looks at the options of a transposed convolution. */
export function transposedWindows(
  op: string,
  size: readonly number[],
  kernel: readonly number[],
  { stride = 1, padding = 0, dilation = 1, outputPadding = 0 }: TransposedOptions<unknown, unknown>,
  rank: Rank,
): TransposedWindows {
  const strides = sizes(op, 'stride', stride, 1, rank);
  const dilations = sizes(op, 'dilation', dilation, 1, rank);
  const extra = sizes(op, 'output padding', outputPadding, 0, rank);
  expectCut(op, padding, rank);
  expectOutputPadding(op, extra, strides, dilations);
  const cut = sides(padding, rank);
  const each = size.map((n, i) => {
    const [s, d, k, more] = [strides[i], dilations[i], kernel[i], extra[i]] as [number, number, number, number];
    const [before, after] = [cut[i], cut[i + rank]] as [number, number];
    const whole = (n - 1) * s + d * (k - 1) + 1;
    const output = whole - before - after + more;
    if (n >= 1 && k >= 1 && output >= 1) {
      // Behind the last window there may be as much as a further window leaves out; what lies beyond is zeros.
      const end = Math.max(0, after - more);
      return { output, end, reached: Math.min(output, whole - before - end + s - 1) };
    }
    throw new ShapeError(`${op}: the ${AXES[rank][i]} leaves no output`, {
      received: `(${n} − 1)·${s} + ${d}·(${k} − 1) + 1 = ${whole}, less padding ${before} + ${after}, plus output padding ${more} = ${output}`,
      expected: 'at least 1',
      fix: 'use less padding, a larger kernel or a larger stride',
    });
  });
  return {
    strides,
    dilations,
    pads: [...cut.slice(0, rank), ...each.map(({ end }) => end)],
    output: each.map(({ output }) => output),
    asked: { pads: cut, outputPadding: extra },
    reached: each.map(({ reached }) => reached),
  };
}

/** The transposed convolution of images, whose options were looked at. */
export function transposed(
  x: Node,
  weight: Node,
  groups: number,
  { strides, dilations, pads, output, reached }: Omit<TransposedWindows, 'asked'>,
): Node {
  const [sy, sx] = strides as [number, number];
  const [dy, dx] = dilations as [number, number];
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const y = conv2dInputGrad(x, weight, {
    strides: [sy, sx],
    dilations: [dy, dx],
    pads: [top, left, bottom, right],
    groups,
    inputSize: reached as readonly [number, number],
  });
  return pad(y, [0, 0, 0, 0], [0, 0, ...output.map((n, i) => n - (reached[i] as number))]);
}
