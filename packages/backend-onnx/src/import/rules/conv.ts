import { BackendError, formatShape, type Node } from '@descent/core';
import {
  add,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  flip,
  pad,
  reshape,
  slice,
  transpose,
} from '@descent/core/ops';
import { number } from '../attributes.ts';
import { type ImportedNode, nodeTitle } from '../graph.ts';
import type { Rules } from '../rule.ts';
import { autoPad, halves, type Moves, movesOf, perAxis, reachOf } from './windows.ts';

/** Convolutions over one to three axes behind batch and channels. */
export const CONV: Rules = {
  Conv: (node, c) => convolution(node, c.node(0), c.node(1), c.optional(2)),
  ConvTranspose: (node, c) => transposedConvolution(node, c.node(0), c.node(1), c.optional(2)),
};

/** `Conv` of tensors that may be something else in the file, such as integers. */
export function convolution(node: ImportedNode, x: Node, weight: Node, bias: Node | undefined): Node {
  const size = spatial(node, x, weight);
  const moves = movesOf(node, size, weight.type.shape.slice(2));
  return withBias(convolved(x, weight, moves, number(node, 'group', 1)), bias);
}

function transposedConvolution(node: ImportedNode, x: Node, weight: Node, bias: Node | undefined): Node {
  const size = spatial(node, x, weight);
  const groups = number(node, 'group', 1);
  const moves = transposedMoves(node, size, weight.type.shape.slice(2));
  return withBias(transposed(x, weight, moves, groups), bias);
}

function convolved(x: Node, weight: Node, { strides, dilations, pads }: Moves, groups: number): Node {
  const options = { stride: strides, dilation: dilations, padding: pads, groups } as never;
  // A convolution knows no negative padding, which cuts off.
  const [cut, rest] = cropped(x, pads);
  const moved = rest === pads ? options : ({ stride: strides, dilation: dilations, padding: rest, groups } as never);
  if (strides.length === 1) {
    const [stride, dilation] = [strides[0] as number, dilations[0] as number];
    return conv1d(cut, weight, { stride, dilation, padding: rest as readonly [number, number], groups });
  }
  return strides.length === 2 ? conv2d(cut, weight, moved) : conv3d(cut, weight, moved);
}

/** Cuts off what negative pads say, and gives the pads that are left. */
function cropped(x: Node, pads: readonly number[]): readonly [Node, readonly number[]] {
  if (pads.every((p) => p >= 0)) return [x, pads];
  const rank = pads.length / 2;
  const ranges = Array.from({ length: rank }, (_, i) => {
    const [before, after] = [pads[i] as number, pads[i + rank] as number];
    const size = x.type.shape[i + 2] as number;
    return { axis: i + 2, start: Math.max(0, -before), end: size - Math.max(0, -after) };
  });
  return [slice(x, ...ranges), pads.map((p) => Math.max(0, p))];
}

interface TransposedMoves extends Moves {
  readonly outputPadding: readonly number[];
}

/** `output_shape` says how much is cut off; where it is odd, more in front unless SAME_UPPER is given, as ONNX Runtime has it. */
function transposedMoves(node: ImportedNode, size: readonly number[], kernel: readonly number[]): TransposedMoves {
  const ones = size.map(() => 1);
  const zeros = size.map(() => 0);
  const strides = perAxis(node, 'strides', ones);
  const dilations = perAxis(node, 'dilations', ones);
  const outputPadding = perAxis(node, 'output_padding', zeros);
  const auto = autoPad(node);
  const moves = { kernel, strides, dilations };
  const asked = perAxis(node, 'output_shape', zeros);
  const isAsked = asked.some((n) => n > 0);
  if (!isAsked && auto === 'NOTSET')
    return { ...moves, outputPadding, pads: perAxis(node, 'pads', [...zeros, ...zeros]) };
  if (!isAsked && auto === 'VALID') return { ...moves, outputPadding, pads: [...zeros, ...zeros] };
  const output = isAsked ? asked : size.map((n, i) => n * (strides[i] as number));
  const total = size.map((n, i) => {
    const whole = (strides[i] as number) * (n - 1) + (outputPadding[i] as number) + reachOf(moves, i);
    return whole - (output[i] as number);
  });
  // What is missing stands behind.
  const more = outputPadding.map((p, i) => p + Math.max(0, -(total[i] as number)));
  const cut = total.map((t) => Math.max(0, t));
  return { ...moves, outputPadding: more, pads: halves(cut, auto === 'SAME_UPPER') };
}

function transposed(x: Node, weight: Node, moves: TransposedMoves, groups: number): Node {
  const { strides, dilations, pads, outputPadding } = moves;
  const isPlain =
    pads.every((p) => p >= 0) &&
    outputPadding.every((p, i) => p < Math.max(strides[i] as number, dilations[i] as number));
  const rank = strides.length;
  if (!isPlain || rank === 3) return byInterior(x, weight, moves, groups);
  if (rank === 1) {
    const [stride, dilation, extra] = [strides[0], dilations[0], outputPadding[0]] as [number, number, number];
    const padding = pads as unknown as readonly [number, number];
    return convTranspose1d(x, weight, { stride, dilation, padding, outputPadding: extra, groups });
  }
  const options = { stride: strides, dilation: dilations, padding: pads, outputPadding, groups } as never;
  return convTranspose2d(x, weight, options);
}

/** A convolution of what has zeros between its elements with the weight seen from behind: for what the builders of core do not take. */
function byInterior(x: Node, weight: Node, moves: TransposedMoves, groups: number): Node {
  const { strides, dilations, pads, outputPadding } = moves;
  const rank = strides.length;
  const none = x.type.shape.map(() => 0);
  const spread = pad(x, none, none, { interior: [0, 0, ...strides.map((s) => s - 1)] });
  const [channels, perGroup, ...kernel] = weight.type.shape as readonly [number, number, ...number[]];
  const axes = kernel.map((_, i) => i);
  const grouped = reshape(weight, [groups, channels / groups, perGroup, ...kernel]);
  const swapped = transpose(grouped, [0, 2, 1, ...axes.map((i) => i + 3)]);
  const filters = flip(
    reshape(swapped, [groups * perGroup, channels / groups, ...kernel]),
    axes.map((i) => i + 2),
  );
  const sides = axes.map((i) => reachOf(moves, i) - 1 - (pads[i] as number));
  const behind = axes.map((i) => reachOf(moves, i) - 1 - (pads[i + rank] as number) + (outputPadding[i] as number));
  const ones = strides.map(() => 1);
  return convolved(spread, filters, { kernel, strides: ones, dilations, pads: [...sides, ...behind] }, groups);
}

function withBias(y: Node, bias: Node | undefined): Node {
  if (bias === undefined) return y;
  const [, channels, ...rest] = y.type.shape as readonly [number, number, ...number[]];
  return add(y, reshape(bias, [channels, ...rest.map(() => 1)]));
}

/** The sizes behind the channels. */
function spatial(node: ImportedNode, x: Node, weight: Node): readonly number[] {
  const { shape } = x.type;
  if (shape.length >= 3 && shape.length <= 5 && weight.type.shape.length === shape.length) return shape.slice(2);
  throw new BackendError('a convolution is over one to three axes behind batch and channels', {
    path: nodeTitle(node),
    received: `x ${formatShape(shape)}, weight ${formatShape(weight.type.shape)}`,
    expected: 'x [batch, channels, …] and a weight of as many axes',
  });
}
