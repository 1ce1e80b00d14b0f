import type { Node } from '@descent/core';
import {
  abs,
  add,
  cast,
  div,
  floor,
  gather,
  greaterEqual,
  iota,
  lessEqual,
  logicalAnd,
  maximum,
  minimum,
  mul,
  reshape,
  slice,
  sub,
  transpose,
  where,
} from '@descent/core/ops';
import { flag, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext } from '../rule.ts';
import { roundedToEven } from './elementwise.ts';
import { expectFixedSizes } from './indexing.ts';

/** A pixel near a place along one axis, and its share. */
interface Tap {
  readonly at: Node;
  readonly share: Node | null;
}

/**
 * Pixels of `x` `[batch, channels, …]` at the places of a grid `[batch, …, axes]`, from −1 to 1 on each axis, the last axis first: the nearest ones or
 * what lies between them.
 */
export function gridSample(node: ImportedNode, c: RuleContext): Node {
  const [x, grid] = [c.node(0), c.node(1)];
  const [batch, channels, ...size] = x.type.shape as readonly [number, number, ...number[]];
  expectFixedSizes(c, x.type.shape, grid.type.shape);
  const isAligned = flag(node, 'align_corners', false);
  const mode = text(node, 'mode', 'bilinear');
  const padding = text(node, 'padding_mode', 'zeros');
  if (!['zeros', 'border', 'reflection'].includes(padding)) {
    throw c.unsupported(`padding_mode '${padding}'`, "'zeros', 'border' or 'reflection'");
  }
  const places = grid.type.shape.slice(1, -1);
  const taps = size.map((n, axis) => {
    const last = grid.type.shape.length - 1;
    const column = size.length - 1 - axis;
    const g = reshape(slice(grid, { axis: last, start: column, end: column + 1 }), [batch, ...places]);
    const place = isAligned ? mul(add(g, 1), (n - 1) / 2) : sub(mul(add(g, 1), n / 2), 0.5);
    return tapsOf(c, mode, padding === 'reflection' ? reflected(place, n, isAligned) : place);
  });
  const pixels = size.reduce((a, b) => a * b, 1);
  const behind = size.map((_, i) => i + 2);
  const rows = reshape(transpose(x, [0, ...behind, 1]), [batch * pixels, channels]);
  const image = reshape(mul(iota(batch), pixels), [batch, ...places.map(() => 1)]);
  const seen = combined(taps).map((corner) => {
    let at = image;
    let share: Node | null = null;
    let isInside: Node | null = null;
    corner.forEach((tap, axis) => {
      const n = size[axis] as number;
      const stride = size.slice(axis + 1).reduce((a, b) => a * b, 1);
      const index = padding === 'reflection' ? reflected(tap.at, n, isAligned) : tap.at;
      const bounded = cast(maximum(minimum(index, n - 1), 0), 'int32');
      at = add(at, mul(bounded, stride));
      if (tap.share !== null) share = share === null ? tap.share : mul(share, tap.share);
      if (padding !== 'zeros') return;
      const within = logicalAnd(greaterEqual(index, 0), lessEqual(index, n - 1));
      isInside = isInside === null ? within : logicalAnd(isInside, within);
    });
    const wide = (n: Node): Node => reshape(n, [...n.type.shape, 1]);
    const pixel = gather(rows, at);
    const counted = isInside === null ? pixel : where(wide(isInside), pixel, 0);
    return share === null ? counted : mul(counted, wide(share));
  });
  const [first, ...rest] = seen as [Node, ...Node[]];
  const rank = places.length;
  return transpose(rest.reduce(add, first), [0, rank + 1, ...places.map((_, i) => i + 1)]);
}

function tapsOf(c: RuleContext, mode: string, place: Node): readonly Tap[] {
  switch (mode) {
    case 'nearest':
      return [{ at: roundedToEven(place), share: null }];
    case 'bilinear':
    case 'linear': {
      const low = floor(place);
      const share = sub(place, low);
      return [
        { at: low, share: sub(1, share) },
        { at: add(low, 1), share },
      ];
    }
    case 'bicubic':
    case 'cubic': {
      const low = floor(place);
      const rest = sub(place, low);
      return [-1, 0, 1, 2].map((d) => ({ at: add(low, d), share: cubicShare(abs(sub(rest, d)), d === 0 || d === 1) }));
    }
    default:
      throw c.unsupported(`mode '${mode}'`, "'linear', 'nearest' or 'cubic'");
  }
}

/** The cubic convolution kernel (Keys 1981) with a = −0.75, at a distance within 1, or from 1 to 2. */
function cubicShare(t: Node, isNear: boolean): Node {
  const a = -0.75;
  if (isNear) return add(mul(mul(sub(mul(t, a + 2), a + 3), t), t), 1);
  return sub(mul(add(mul(sub(mul(t, a), 5 * a), t), 8 * a), t), 4 * a);
}

/** Mirrored at the ends, as often as it takes: at the middle of the outer pixels, or at their edges. */
function reflected(place: Node, n: number, isAligned: boolean): Node {
  const [low, span] = isAligned ? [0, n - 1] : [-0.5, n];
  if (span === 0) return mul(place, 0);
  const distance = abs(sub(place, low));
  const turns = floor(div(distance, span));
  const rest = sub(distance, mul(turns, span));
  const isEven = lessEqual(sub(turns, mul(floor(mul(turns, 0.5)), 2)), 0.5);
  return add(where(isEven, rest, sub(span, rest)), low);
}

/** One tap of each axis, in all ways. */
function combined(taps: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] {
  return taps.reduce<readonly (readonly Tap[])[]>((all, of) => all.flatMap((c) => of.map((tap) => [...c, tap])), [[]]);
}
