import { expectNodes, type Node, node } from '../../ir/node.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { knownAs } from '../composite/known-as.ts';
import { concat } from '../shape/concat.ts';
import { pad } from '../shape/pad.ts';
import { reshape } from '../shape/reshape.ts';
import { slice } from '../shape/slice.ts';
import { expectChannels } from './_channels.ts';
import { movesOf, type Padding3d, sizesOf, type Triple, type Windows, windows } from './_window.ts';
import { type ConvOptions, conv2dOp } from './conv2d.ts';

export type Conv3dOptions = ConvOptions<number | Triple, Padding3d>;

type Volumes = readonly [batch: number, channels: number, depth: number, height: number, width: number];
type Sides = readonly [front: number, top: number, left: number, back: number, bottom: number, right: number];

/**
 * 3-D cross-correlation:
 * `[batch, in, depth, height, width] ⋆ [out, in / groups, kd, kh, kw] → [batch, out, depth', height', width']`.
 * It is one 2-D convolution of images in which the windows along the depth stand one below the other, with their slices beside the channels.
 */
export function conv3d(x: Node, weight: Node, options: Conv3dOptions = {}): Node {
  expectNodes('conv3d', [x, weight]);
  expectOptions('conv3d', options, ['stride', 'padding', 'dilation', 'groups']);
  const { groups = 1 } = options;
  expectCount('conv3d', 'groups', groups);
  const size = sizesOf('conv3d', 'a batch of volumes', x.type, 3);
  const kernel = sizesOf('conv3d', 'a weight', weight.type, 3);
  expectChannels('conv3d', x.type.shape, weight.type.shape, groups, 3);
  const moves = windows('conv3d', size, kernel, options, 3);
  const [[, dy, dx], [, sy, sx], [, , left, , , right]] = [moves.dilations, moves.strides, moves.pads] as [
    Triple,
    Triple,
    Sides,
  ];
  const [filters, perGroup, kd, kh, kw] = weight.type.shape as Volumes;
  const [batch, channels] = x.type.shape as Volumes;
  const [depth, height, width] = moves.output as Triple;

  const rows = rowsOf(size, moves);
  const images = reshape(besideChannels(x, rows, kd, moves), [batch, channels * kd, depth * rows, size[2] as number]);
  const y = node(conv2dOp, [images, reshape(weight, [filters, perGroup * kd, kh, kw])], {
    strides: [sy, sx],
    // So many that each window has `rows / stride` rows of results. Those at its end, which see the next window, too, are cut off below.
    pads: [0, left, Math.max(0, dy * (kh - 1) + 1 - sy), right],
    dilations: [dy, dx],
    groups,
  });
  const volumes = slice(reshape(y, [batch, filters, depth, rows / sy, width]), { axis: 3, start: 0, end: height });
  return knownAs(volumes, { call: 'conv', ...movesOf(moves), groups }, { x, weight });
}

/** Rows of each window with its padding: a multiple of the stride, so that all windows begin at a row that is looked at. */
function rowsOf(size: readonly number[], { strides, pads }: Windows): number {
  const [, stride] = strides as Triple;
  const [, top, , , bottom] = pads as Sides;
  return Math.ceil(((size[1] as number) + top + bottom) / stride) * stride;
}

/** For each slice `t` of the windows, slice `t` of all of them: `[batch, channels, kd, depth'·rows, width]`. */
function besideChannels(x: Node, rows: number, kd: number, { strides, dilations, pads, output }: Windows): Node {
  const [batch, channels, , height, width] = x.type.shape as Volumes;
  const [front, top, , back] = pads as Sides;
  const padded = pad(x, [0, 0, front, top, 0], [0, 0, back, rows - top - height, 0]);
  const [depth] = output as Triple;
  const [[stride], [dilation]] = [strides, dilations] as [Triple, Triple];
  const each = Array.from({ length: kd }, (_, t) => {
    const start = t * dilation;
    const all = slice(padded, { axis: 2, start, end: start + (depth - 1) * stride + 1, step: stride });
    return reshape(all, [batch, channels, 1, depth * rows, width]);
  });
  return concat(each, 2);
}
