import { type Node, ndarray } from '@descent/core';
import { add, constant, gather, matmul, reshape, transpose, upsample } from '@descent/core/ops';
import { flag, hasAttribute, number, numbers, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';

/** More or fewer pixels along any axes. */
export const RESIZE: Rules = {
  Resize: (node, c) => resized(node, c, planOf(node, c)),
  /** Before opset 10; places are those of `asymmetric`, as later opsets call it. */
  Upsample: (node, c) => {
    const scales = node.opset < 9 ? numbers(node, 'scales') : c.numbers(1);
    return resized(node, c, { ...PLAIN, mode: modeOf(node, c), scales, sizes: undefined });
  },
};

type Mode = 'nearest' | 'linear' | 'cubic';

interface Plan {
  readonly mode: Mode;
  /** How far pixels of the result are apart, one an axis; or what sizes they have. */
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly coordinates: string;
  readonly nearest: string;
  /** Of `tf_crop_and_resize`: where the part begins and ends, as shares of each axis. */
  readonly roi: readonly number[] | undefined;
  readonly extrapolation: number;
  readonly cubic: number;
  readonly excludeOutside: boolean;
}

const PLAIN = {
  coordinates: 'asymmetric',
  nearest: 'floor',
  roi: undefined,
  extrapolation: 0,
  cubic: -0.75,
  excludeOutside: false,
} as const;

const COORDINATES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
  'tf_half_pixel_for_nn',
];

function modeOf(node: ImportedNode, c: RuleContext): Mode {
  const mode = text(node, 'mode', 'nearest');
  if (mode === 'nearest' || mode === 'linear' || mode === 'cubic') return mode;
  if (mode === 'bilinear') return 'linear';
  throw c.unsupported(`mode '${mode}'`, "'nearest', 'linear' or 'cubic'");
}

function planOf(node: ImportedNode, c: RuleContext): Plan {
  const mode = modeOf(node, c);
  const rank = c.node(0).type.shape.length;
  if (node.opset < 11) return { ...PLAIN, nearest: 'simple', mode, scales: c.numbers(1), sizes: undefined };
  const coordinates = text(node, 'coordinate_transformation_mode', 'half_pixel');
  if (!COORDINATES.includes(coordinates)) throw c.unsupported(`places by '${coordinates}'`, COORDINATES.join(', '));
  const nearest = text(node, 'nearest_mode', 'round_prefer_floor');
  if (!Object.hasOwn(ROUNDED, nearest))
    throw c.unsupported(`nearest_mode '${nearest}'`, Object.keys(ROUNDED).join(', '));
  const axes = hasAttribute(node, 'axes')
    ? numbers(node, 'axes').map((a) => (a < 0 ? a + rank : a))
    : Array.from({ length: rank }, (_, i) => i);
  const listed = (input: number): readonly number[] | undefined => {
    const found = c.has(input) ? c.numbers(input) : [];
    return found.length === 0 ? undefined : found;
  };
  const spread = (list: readonly number[] | undefined, rest: readonly number[]): readonly number[] | undefined =>
    list && rest.map((d, i) => (axes.includes(i) ? (list[axes.indexOf(i)] as number) : d));
  const { shape } = c.node(0).type;
  const ones = shape.map(() => 1);
  const scales = spread(listed(2), ones);
  const sizes = spread(listed(3), shape);
  if (scales === undefined && sizes === undefined) throw c.unsupported('neither scales nor sizes', 'one of them');
  const given = coordinates === 'tf_crop_and_resize' ? listed(1) : undefined;
  const roi = given && [
    ...(spread(
      given.slice(0, axes.length),
      shape.map(() => 0),
    ) as number[]),
    ...(spread(given.slice(axes.length), ones) as number[]),
  ];
  return {
    mode,
    ...(sizes === undefined ? { scales, sizes } : keepingRatio(node, shape, sizes, axes)),
    coordinates,
    nearest,
    roi,
    extrapolation: number(node, 'extrapolation_value', 0),
    cubic: number(node, 'cubic_coeff_a', -0.75),
    excludeOutside: flag(node, 'exclude_outside', false),
  };
}

/** Sizes may be bounds, of which one is met. */
function keepingRatio(
  node: ImportedNode,
  shape: readonly number[],
  sizes: readonly number[],
  axes: readonly number[],
): Pick<Plan, 'scales' | 'sizes'> {
  const policy = text(node, 'keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return { scales: undefined, sizes };
  const each = axes.map((i) => (sizes[i] as number) / (shape[i] as number));
  const scale = policy === 'not_larger' ? Math.min(...each) : Math.max(...each);
  // Halves go up, as in ONNX's own reference.
  const kept = shape.map((d, i) => (axes.includes(i) ? Math.floor(scale * d + 0.5) : d));
  return { scales: shape.map((_, i) => (axes.includes(i) ? scale : 1)), sizes: kept };
}

function resized(node: ImportedNode, c: RuleContext, plan: Plan): Node {
  const x = c.node(0);
  const { shape } = x.type;
  const lines = shape.map((size, axis): Line | null => {
    const scale = plan.scales?.[axis];
    const count = plan.sizes?.[axis] ?? Math.floor(Math.fround(size * (scale as number)));
    if (count === size && plan.coordinates !== 'tf_crop_and_resize') return null;
    if (size < 1 || count < 1)
      throw c.unsupported(`axis ${axis} of ${size} resized to ${count}`, 'at least one of each');
    const line = { size, count, scale: scale ?? count / size };
    const { roi } = plan;
    return { ...line, start: roi?.[axis] ?? 0, end: roi?.[axis + shape.length] ?? 1 };
  });
  if (flag(node, 'antialias', false) && lines.some((line) => line !== null && line.scale < 1)) {
    throw c.unsupported('antialias where pixels become fewer', 'antialias 0');
  }
  return familiar(x, lines, plan) ?? lines.reduce<Node>((y, line, axis) => alongAxis(y, axis, line, plan), x);
}

/** One axis that changes. */
interface Line {
  readonly size: number;
  readonly count: number;
  readonly scale: number;
  readonly start: number;
  readonly end: number;
}

/** What core has one op for, which is a Resize again when it is exported; null for all else. */
function familiar(x: Node, lines: readonly (Line | null)[], plan: Plan): Node | null {
  const rank = x.type.shape.length - 2;
  if (rank < 1 || rank > 3 || lines.slice(0, 2).some((line) => line !== null)) return null;
  const spatial = x.type.shape.slice(2);
  const isChanged = lines.slice(2);
  const size = spatial.map((d, i) => isChanged[i]?.count ?? d);
  if (plan.mode === 'nearest') {
    const isRepeated = isChanged.every((line) => {
      if (line === null) return true;
      const times = line.count / line.size;
      return Number.isInteger(times) && placesOf(line, plan).every((at, o) => at === Math.floor(o / times));
    });
    return isRepeated ? upsample(x, { size }) : null;
  }
  if (plan.mode !== 'linear') return null;
  const alignCorners = plan.coordinates === 'align_corners';
  const isHalf =
    plan.coordinates === 'half_pixel' || (plan.coordinates === 'pytorch_half_pixel' && size.every((n) => n > 1));
  if (!alignCorners && !isHalf) return null;
  // Scales that do not give whole sizes say how far pixels are apart.
  const isWhole = isChanged.every((line) => line === null || Math.abs(line.scale - line.count / line.size) < 1e-7);
  return isWhole ? upsample(x, { size, mode: LINEAR[rank - 1] as 'linear', alignCorners }) : null;
}

const LINEAR = ['linear', 'bilinear', 'trilinear'] as const;

function alongAxis(x: Node, axis: number, line: Line | null, plan: Plan): Node {
  if (line === null) return x;
  const isCropped = plan.coordinates === 'tf_crop_and_resize';
  if (plan.mode === 'nearest' && !isCropped) {
    const at = placesOf(line, plan);
    return gather(x, constant(ndarray('int32', [at.length], Int32Array.from(at))), axis);
  }
  const { rows, isOutside } = shares(line, plan);
  const y = product(x, axis, constant(ndarray('float32', [line.count, line.size], rows)));
  return isOutside.some(Boolean) ? extrapolated(y, axis, isOutside, plan.extrapolation) : y;
}

/** `matrix` `[count, size]` times the numbers along an axis. */
function product(x: Node, axis: number, matrix: Node): Node {
  const { shape } = x.type;
  const last = shape.length - 1;
  if (axis === last) return matmul(x, matrix, { transposeB: true });
  if (axis === 0) {
    const perm = [...shape.keys()].slice(1).concat(0);
    const back = [last, ...[...shape.keys()].slice(0, last)];
    return transpose(matmul(transpose(x, perm), matrix, { transposeB: true }), back);
  }
  const [count, size] = matrix.type.shape as readonly [number, number];
  const of = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  // The batch keeps its axis, since its size may be open.
  const lines = reshape(x, [shape[0] as number, of(shape.slice(1, axis)), size, of(shape.slice(axis + 1))]);
  return reshape(
    matmul(matrix, lines),
    shape.map((d, i) => (i === axis ? count : d)),
  );
}

/** What lies outside of the image shows one value: its rows are zeros, to which the value is added. */
function extrapolated(y: Node, axis: number, isOutside: readonly boolean[], value: number): Node {
  if (value === 0) return y;
  const shape = y.type.shape.map((_, i) => (i === axis ? isOutside.length : 1));
  const added = Float32Array.from(isOutside, (outside) => (outside ? value : 0));
  return add(y, constant(ndarray('float32', shape, added)));
}

/** Where pixel `o` of the result stands between the pixels of `x`. */
function placeOf(o: number, { size, count, scale, start, end }: Line, coordinates: string): number {
  switch (coordinates) {
    case 'align_corners':
      // By the length that the scale asks for, even where it is no whole number, as in ONNX's own tests.
      return count === 1 ? 0 : (o * (size - 1)) / (scale * size - 1);
    case 'asymmetric':
      return o / scale;
    case 'tf_half_pixel_for_nn':
      return (o + 0.5) / scale;
    case 'pytorch_half_pixel':
      return count === 1 ? 0 : (o + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric': {
      const adjusted = count / (scale * size);
      const center = size / 2;
      return center * (1 - adjusted) + (o + 0.5) / scale - 0.5;
    }
    case 'tf_crop_and_resize':
      return count === 1
        ? 0.5 * (start + end) * (size - 1)
        : start * (size - 1) + (o * (end - start) * (size - 1)) / (count - 1);
    default:
      return (o + 0.5) / scale - 0.5;
  }
}

const ROUNDED: Readonly<Record<string, (place: number, scale: number) => number>> = {
  // Of opset 10, as ONNX Runtime has it: up where pixels become fewer.
  simple: (place, scale) => (scale < 1 ? Math.ceil(place) : Math.floor(place)),
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The pixel that each of the new ones shows. Engines compute places in float32. */
function placesOf(line: Line, { coordinates, nearest }: Plan): readonly number[] {
  const round = ROUNDED[nearest] as (typeof ROUNDED)[string];
  return Array.from({ length: line.count }, (_, o) => {
    const at = round(Math.fround(placeOf(o, line, coordinates)), line.scale);
    return Math.min(line.size - 1, Math.max(0, at));
  });
}

/** A matrix `[count, size]` of the shares that pixels have in each new one, and which of these lie outside of the image. */
function shares(line: Line, plan: Plan): { readonly rows: Float32Array; readonly isOutside: readonly boolean[] } {
  const { size, count } = line;
  const rows = new Float32Array(count * size);
  const isCropped = plan.coordinates === 'tf_crop_and_resize';
  const isOutside = Array.from({ length: count }, (_, o) => {
    // In float32, as engines have it: the last place stands on the edge, not behind it.
    const place = Math.fround(placeOf(o, line, plan.coordinates));
    if (isCropped && (place < 0 || place > size - 1)) return true;
    for (const [at, share] of tapsOf(place, line, plan)) {
      const column = o * size + Math.min(size - 1, Math.max(0, at));
      rows[column] = (rows[column] as number) + share;
    }
    return false;
  });
  return { rows, isOutside };
}

/** The pixels around a place, perhaps beyond the ends, whose pixels then stand for them. */
function tapsOf(place: number, { size, scale }: Line, plan: Plan): readonly (readonly [at: number, share: number])[] {
  if (plan.mode === 'nearest') {
    return [[(ROUNDED[plan.nearest] as (typeof ROUNDED)[string])(Math.fround(place), scale), 1]];
  }
  if (plan.mode === 'linear') {
    const inside = Math.min(size - 1, Math.max(0, place));
    const low = Math.floor(inside);
    return [
      [low, 1 - (inside - low)],
      [low + 1, inside - low],
    ];
  }
  const low = Math.floor(place);
  const taps = [-1, 0, 1, 2].map((d) => [low + d, cubicShare(place - low - d, plan.cubic)] as const);
  if (!plan.excludeOutside) return taps;
  const inside = taps.filter(([at]) => at >= 0 && at < size);
  const total = inside.reduce((sum, [, share]) => sum + share, 0);
  return inside.map(([at, share]) => [at, share / total]);
}

/** The cubic convolution kernel (Keys 1981). */
function cubicShare(distance: number, a: number): number {
  const t = Math.abs(distance);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}
