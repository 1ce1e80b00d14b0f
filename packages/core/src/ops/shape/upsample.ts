import { ShapeError, ValueError } from '../../errors.ts';
import { ndarray, tensor } from '../../ir/ndarray.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { describeValue, expectFlag, expectOneOf, expectOptions } from '../../options.ts';
import { knownAs } from '../composite/known-as.ts';
import { AXES, type Rank, sizesOf, THINGS } from '../conv/_window.ts';
import { gather } from '../indexing/gather.ts';
import { constant } from '../leaf/constant.ts';
import { productAlong } from '../linalg/_along.ts';
import { broadcastTo } from './broadcast-to.ts';
import { reshape } from './reshape.ts';

/** How what lies between pixels is found. */
export type UpsampleMode = 'nearest' | 'linear' | 'bilinear' | 'trilinear';

export interface UpsampleOptions {
  /** Sizes behind the channels, one for all axes or one for each. */
  readonly size?: number | readonly number[];
  /** In place of `size`: times each axis becomes longer, one for all axes or one for each. Default 2 where there is no size. */
  readonly scaleFactor?: number | readonly number[];
  /** Default `'nearest'`; `'linear'` is for sequences, `'bilinear'` for images, `'trilinear'` for volumes. */
  readonly mode?: UpsampleMode;
  /** Of the linear modes: whether the first and the last pixel stay where they are. Default false. */
  readonly alignCorners?: boolean;
}

const MODES = ['nearest', 'linear', 'bilinear', 'trilinear'] as const;
const LINEAR: Readonly<Record<Rank, UpsampleMode>> = { 1: 'linear', 2: 'bilinear', 3: 'trilinear' };

/** Throws unless the options are some of an upsampling, whatever it is given. */
export function expectUpsample(options: UpsampleOptions): void {
  expectOptions('upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners']);
  const { size, scaleFactor, mode = 'nearest', alignCorners } = options;
  expectOneOf('upsample.mode', mode, MODES);
  if (size !== undefined && scaleFactor !== undefined) {
    throw new ValueError('upsample takes either a size or a scaleFactor', {
      received: 'both',
      expected: 'upsample({ scaleFactor: 2 }) or upsample({ size: [32, 32] })',
    });
  }
  const isSize = (v: unknown): boolean => Number.isSafeInteger(v) && (v as number) >= 1;
  const isFactor = (v: unknown): boolean => Number.isFinite(v) && (v as number) > 0;
  expectEach('size', size, isSize, 'an integer of at least 1');
  expectEach('scaleFactor', scaleFactor, isFactor, 'a number above 0');
  if (alignCorners === undefined) return;
  expectFlag('upsample.alignCorners', alignCorners);
  if (mode === 'nearest') {
    throw new ValueError("upsample takes alignCorners with the linear modes, and not with 'nearest'", {
      received: `mode '${mode}', alignCorners ${alignCorners}`,
      expected: "mode 'linear', 'bilinear' or 'trilinear', or no alignCorners",
    });
  }
}

function expectEach(name: string, value: unknown, is: (v: unknown) => boolean, expected: string): void {
  if (value === undefined || is(value)) return;
  if (Array.isArray(value) && value.length >= 1 && value.length <= 3 && value.every(is)) return;
  throw new ValueError(`upsample was given an invalid ${name}`, {
    path: name,
    received: Array.isArray(value) ? `[${value.join(', ')}]` : describeValue(value),
    expected: `${expected}, or one for each axis behind the channels`,
  });
}

/**
 * More pixels, or fewer, by the nearest one or by interpolation, with PyTorch's numbers: `[batch, c, …] → [batch, c, …size]`, or
 * `⌊size · scaleFactor⌋` along each axis. One to three axes stand behind the channels.
 */
export function upsample(x: Node, options: UpsampleOptions = {}): Node {
  expectNodes('upsample', [x]);
  expectUpsample(options);
  const { mode = 'nearest', alignCorners = false } = options;
  const rank = Math.min(3, Math.max(1, x.type.shape.length - 2)) as Rank;
  const thing = THINGS[rank];
  const from = sizesOf('upsample', rank === 2 ? 'an image batch' : `a batch of ${thing}s`, x.type, rank);
  if (mode !== 'nearest' && mode !== LINEAR[rank]) {
    throw new ValueError(`upsample: mode '${mode}' is not for ${thing}s`, {
      path: 'mode',
      received: `mode '${mode}' for ${formatShape(x.type.shape)}`,
      expected: `'nearest' or '${LINEAR[rank]}'`,
    });
  }
  const plans = from.map((size, i): Plan => planOf(options, size, i, rank));
  const resized = plans.reduce((y, plan, i) => {
    if (mode === 'nearest') return nearest(y, i + 2, plan);
    const rows = interpolating(plan, alignCorners);
    return rows === null ? y : productAlong(y, i + 2, rows);
  }, x);
  const isKnown = mode !== 'nearest' || plans.every((plan) => isRepeated(plan, placesOf(plan)));
  if (resized === x || !isKnown) return resized;
  const scaleOf = (plan: Plan): number => (mode !== 'nearest' && staysAsItIs(plan) ? 1 : 1 / plan.step);
  const scales = options.size === undefined ? [1, 1, ...plans.map(scaleOf)] : null;
  return knownAs(resized, { call: 'resize', mode: mode === 'nearest' ? mode : 'linear', alignCorners, scales }, { x });
}

/** An axis of `size` that gets `count` pixels, each `step` from the next. */
interface Plan {
  readonly size: number;
  readonly count: number;
  readonly step: number;
}

function planOf({ size, scaleFactor = 2 }: UpsampleOptions, from: number, i: number, rank: Rank): Plan {
  const each = (value: number | readonly number[]): number => {
    const list = typeof value === 'number' ? AXES[rank].map(() => value) : value;
    if (list.length === rank) return list[i] as number;
    throw new ShapeError(`upsample: a ${THINGS[rank]} has other axes`, {
      received: `${list.length} numbers`,
      expected: `one, or one for each of ${AXES[rank].join(', ')}`,
    });
  };
  const count = size === undefined ? Math.floor(from * each(scaleFactor)) : each(size);
  if (from < 1 || count < 1) {
    throw new ShapeError(`upsample: the ${AXES[rank][i]} leaves no output`, {
      received: `size ${from}${size === undefined ? `, ⌊${from} · ${each(scaleFactor)}⌋ = ${count}` : ''}`,
      expected: 'at least 1',
    });
  }
  // As in PyTorch, a factor that does not give a whole size still says how far pixels are apart.
  return { size: from, count, step: size === undefined ? 1 / each(scaleFactor) : from / count };
}

/** The pixel that each of the new ones shows. PyTorch computes places in float32. */
function placesOf({ size, count, step }: Plan): readonly number[] {
  return Array.from({ length: count }, (_, o) => Math.min(size - 1, Math.floor(Math.fround(o * Math.fround(step)))));
}

/** Whether each pixel is there equally many times. */
function isRepeated({ size, count }: Plan, at: readonly number[]): boolean {
  const times = count / size;
  return Number.isInteger(times) && at.every((i, o) => i === Math.floor(o / times));
}

function nearest(x: Node, axis: number, plan: Plan): Node {
  const { size, count } = plan;
  const at = placesOf(plan);
  if (count === size && at.every((i, o) => i === o)) return x;
  const times = count / size;
  const { shape } = x.type;
  if (!isRepeated(plan, at)) return gather(x, constant(tensor(at, 'int32')), axis);
  // The batch keeps its axis, since its size may not be known.
  const lines = [shape[0] as number, numel(shape.slice(1, axis + 1))];
  const rest = numel(shape.slice(axis + 1));
  const repeated = broadcastTo(reshape(x, [...lines, 1, rest]), [...lines, times, rest]);
  return reshape(
    repeated,
    shape.map((d, i) => (i === axis ? count : d)),
  );
}

/** Whether the linear modes leave the axis alone: as in PyTorch, also where a factor such as 1.2 rounds to no pixel more. */
function staysAsItIs({ size, count }: Plan): boolean {
  return size === count;
}

/** A matrix `[count, size]` of the shares that the two pixels around each place have; null where each has its own. */
function interpolating(plan: Plan, alignCorners: boolean): Node | null {
  if (staysAsItIs(plan)) return null;
  const { size, count, step } = plan;
  const data = new Float32Array(count * size);
  for (let o = 0; o < count; o++) {
    const place = alignCorners ? (count > 1 ? (o * (size - 1)) / (count - 1) : 0) : Math.max(0, (o + 0.5) * step - 0.5);
    const low = Math.min(size - 1, Math.floor(place));
    const high = Math.min(size - 1, low + 1);
    const share = Math.min(1, place - low);
    data[o * size + low] = (data[o * size + low] as number) + 1 - share;
    data[o * size + high] = (data[o * size + high] as number) + share;
  }
  return constant(ndarray('float32', [count, size], data));
}
