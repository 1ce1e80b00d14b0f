import type { AttrsByName, Shape } from '@descent/core/backend';
import type { NamedCase } from '@descent/core/testing';
import { canFlip } from '../lowerings/conv/conv2d-input-grad.ts';
import { tiles } from '../lowerings/conv/geometry.ts';
import { rowsToAdd } from '../lowerings/sums.ts';
import type { Way } from './avoiding.ts';

/** So many cases of an op are run; they have odd numbers of channels, strides and padding. */
const MOST = 8;
/** Larger ones would make the first use slow. */
const LARGEST = 4096;

/** A few small cases that are for `way`, spread over those that there are. */
export function casesOf(way: Way, all: readonly NamedCase[]): readonly NamedCase[] {
  const op = way.split(':')[0];
  const fit = all.filter((c) => c.name === op && isSmall(c) && suits(way, c));
  const [hard, easy] = [fit.filter(repeatsBoth), fit.filter((c) => !repeatsBoth(c))];
  const step = Math.max(1, easy.length / Math.max(1, MOST - hard.length));
  return [...hard, ...easy.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))].slice(0, MOST);
}

/** Whether two operands are each repeated along an axis of the other. Shaders take elements four at a time, and some of them err there. */
function repeatsBoth({ case: { inputs } }: NamedCase): boolean {
  const shapes = inputs.map(({ shape }) => shape);
  return shapes.some((x) => shapes.some((y) => repeatEachOther(paired(x, y))));
}

function repeatEachOther(sizes: readonly (readonly [number, number])[]): boolean {
  const fits = sizes.every(([a, b]) => a === b || a === 1 || b === 1);
  return fits && sizes.some(([a, b]) => a === 1 && b > 1) && sizes.some(([a, b]) => b === 1 && a > 1);
}

/** The sizes of both along each axis, counted from the last. */
function paired(x: Shape, y: Shape): readonly (readonly [number, number])[] {
  const rank = Math.max(x.length, y.length);
  return Array.from({ length: rank }, (_, i) => [x.at(-1 - i) ?? 1, y.at(-1 - i) ?? 1] as const);
}

function isSmall({ case: { inputs } }: NamedCase): boolean {
  const sizes = inputs.map(({ data }) => data.length);
  return sizes.every((n) => n > 0 && n <= LARGEST);
}

/** Whether the case is one that the way can compute. */
function suits(way: Way, { case: { attrs, inputs } }: NamedCase): boolean {
  switch (way) {
    case 'conv2dFilterGrad:grouped':
    case 'conv2dFilterGrad:columns':
    case 'conv2dFilterGrad:rows':
    case 'conv2dFilterGrad:taps':
      return (attrs as AttrsByName<'conv2dFilterGrad'>).groups === 1;
    case 'conv2dInputGrad:flipped':
      return canFlip(attrs as AttrsByName<'conv2dInputGrad'>, inputs[1]?.shape.slice(2) ?? []);
    case 'maxPool2dGrad:firstMax':
    case 'maxPool2dGrad:unpooled':
    case 'avgPool2dGrad:upsampled': {
      const windows = attrs as AttrsByName<'maxPool2d'>;
      return tiles(windows, windows.kernel);
    }
    case 'sum:multiplied':
      return rowsToAdd(inputs[0]?.shape ?? [], (attrs as AttrsByName<'sum'>).axes) !== null;
    default:
      return true;
  }
}
