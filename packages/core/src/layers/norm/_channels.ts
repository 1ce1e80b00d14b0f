import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, numel, type Shape } from '../../ir/shape.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { channelsLastAdvice } from '../_channels-last.ts';
import { constantInit, zerosInit } from '../init/initializers.ts';
import type { ParameterSpec } from '../layer.ts';

/** What the axes behind the channels are called, by how many there are. */
const SPATIAL: readonly string[] = ['', ', length', ', height, width', ', depth, height, width', ', …'];
const ANY = 4;

/** A layer that treats the channels of its input alike. */
export interface ChannelLayer {
  readonly name: string;
  readonly channels: number;
  /** How many axes may stand behind the channels. Any number where it is left out. */
  readonly spatial?: readonly number[];
}

/** Throws a `ShapeError` unless `x` is `[batch, channels, …]` with as many axes behind as the layer takes. */
export function expectChannels(x: Node, { name, channels, spatial }: ChannelLayer): void {
  const { shape } = x.type;
  const fits = spatial?.includes(shape.length - 2) ?? shape.length >= 2;
  if (fits && shape[1] === channels) return;
  const others: readonly (string | undefined)[] = [undefined, undefined, '1d', '1d', '2d', '3d'];
  const other = others[shape.length];
  throw new ShapeError('the input does not have the channels of the layer', {
    received: formatShape(shape),
    expected: (spatial ?? [ANY]).map((axes) => `[batch, ${channels}${SPATIAL[axes]}]`).join(' or '),
    fix:
      (spatial?.includes(2) ? channelsLastAdvice(shape, channels) : undefined) ??
      (fits
        ? `use ${name}(${shape[1]})`
        : shape.length === 2
          ? 'put this layer in front of flatten()'
          : other !== undefined
            ? `use ${name.replace(/[123]d$/, other)}, or bring the input to such axes first`
            : 'bring the input to such axes first'),
  });
}

/** A tensor of one number a channel, so that it goes with `x`. */
export function perChannel(n: Node, x: Node): Node {
  return reshape(n, [n.type.shape[0] as number, ...x.type.shape.slice(2).map(() => 1)]);
}

/** Mean and variance of `x` over `axes`, which stay with size 1, and the difference from the mean: in two passes. */
export function moments(x: Node, axes: readonly number[]): { average: Node; centered: Node; variance: Node } {
  const over = { axes, keepDims: true };
  const average = mean(x, over);
  const centered = sub(x, average);
  return { average, centered, variance: mean(mul(centered, centered), over) };
}

/** The number of elements on `axes`. */
export function countOn(shape: Shape, axes: readonly number[]): number {
  return numel(axes.map((axis) => shape[axis] as number));
}

/** What such layers keep, as PyTorch names it. */
export function channelParameters(
  channels: number,
  { affine, tracked }: { readonly affine: boolean; readonly tracked: boolean },
): readonly ParameterSpec[] {
  const shape = [channels];
  const ones = constantInit(1);
  const trained = [
    { name: 'weight', shape, init: ones },
    { name: 'bias', shape, init: zerosInit },
  ];
  const running = [
    { name: 'running_mean', shape, init: zerosInit, trainable: false },
    { name: 'running_var', shape, init: ones, trainable: false },
  ];
  return [...(affine ? trained : []), ...(tracked ? running : [])];
}
