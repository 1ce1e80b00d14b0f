import { BackendError, formatShape, type Node, ndarray, numel } from '@descent/core';
import {
  abs,
  adaptiveAvgPool2d,
  add,
  argMax,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  cast,
  constant,
  conv2d,
  conv3d,
  div,
  gather,
  greater,
  iota,
  max,
  maximum,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  mean,
  mul,
  pad,
  pow,
  reshape,
  scalar,
  scatterAdd,
  sqrt,
  sum,
  where,
} from '@descent/core/ops';
import { flag, number, numbers } from '../attributes.ts';
import { type ImportedNode, nodeTitle } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { expectFixedSizes } from './indexing.ts';
import { type Moves, movesOf, reachOf } from './windows.ts';

/** Poolings over one to three axes behind batch and channels, and the normalization over neighbouring channels that came with them. */
export const POOL: Rules = {
  MaxPool: (node, c) => {
    const x = c.node(0);
    const { dtype } = x.type;
    // Bytes and small integers are exact as floats.
    const y = dtype === 'float32' ? maxPool(node, x) : cast(maxPool(node, cast(x, 'float32')), dtype);
    return node.outputs[1] === undefined ? y : [y, maxPoolIndices(node, c, cast(x, 'float32'))];
  },
  MaxUnpool: (node, c) => maxUnpool(node, c, c.node(0), c.node(1), c.has(2) ? c.numbers(2) : undefined),
  AveragePool: (node, c) => averagePool(node, c.node(0)),
  LpPool: (node, c) => lpPool(node, c.node(0)),
  GlobalAveragePool: (_, c) => globalAveragePool(c.node(0)),
  GlobalMaxPool: (_, c) => globalMaxPool(c.node(0)),
  GlobalLpPool: (node, c) => globalLpPool(node, c.node(0)),
  LRN: (node, c) => lrn(node, c.node(0)),
};

/** The least float32: what is smaller than any pixel, as ONNX Runtime has it for padding. */
const LOWEST = -3.4028234663852886e38;

interface Pooling extends Moves {
  readonly output: readonly number[];
  /** How far the last window reaches beyond the padding, an axis. */
  readonly beyond: readonly number[];
}

function poolingOf(node: ImportedNode, x: Node): Pooling {
  const { shape } = x.type;
  const size = shape.slice(2);
  const kernel = numbers(node, 'kernel_shape');
  if (shape.length < 3 || shape.length > 5 || kernel.length !== size.length) {
    throw new BackendError('pooling is over one to three axes behind batch and channels', {
      path: nodeTitle(node),
      received: `${formatShape(shape)}, kernel [${kernel.join(', ')}]`,
      expected: '[batch, channels, …] and a kernel size for each axis behind',
    });
  }
  const moves = movesOf(node, size, kernel);
  const isCeil = flag(node, 'ceil_mode', false);
  const ends = size.map((n, i) => {
    const [stride, before, after] = [moves.strides[i], moves.pads[i], moves.pads[i + size.length]] as [
      number,
      number,
      number,
    ];
    const room = n + before + after - reachOf(moves, i);
    const counted = (isCeil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    // A window that would begin behind the last pixel is none, as ONNX Runtime and PyTorch have it.
    const output = isCeil && (counted - 1) * stride >= n + before ? counted - 1 : counted;
    return { output, beyond: Math.max(0, (output - 1) * stride + reachOf(moves, i) - n - before - after) };
  });
  return { ...moves, output: ends.map(({ output }) => output), beyond: ends.map(({ beyond }) => beyond) };
}

/** What core's poolings take: at most half of a window is padding, and none is cut off. */
function isUsual({ pads, ...moves }: Moves): boolean {
  const rank = moves.kernel.length;
  return pads.every((p, i) => p >= 0 && p <= reachOf(moves, i % rank) / 2);
}

function maxPool(node: ImportedNode, x: Node): Node {
  const pooling = poolingOf(node, x);
  if (isUsual(pooling)) return maxima(x, pooling, pooling.pads, flag(node, 'ceil_mode', false));
  const padded = surrounded(x, pooling, LOWEST);
  return maxima(
    padded,
    pooling,
    pooling.pads.map(() => 0),
    false,
  );
}

function maxima(x: Node, { kernel, strides, dilations }: Moves, padding: readonly number[], ceilMode: boolean): Node {
  const options = { stride: strides, dilation: dilations, padding, ceilMode } as never;
  if (kernel.length === 2) return maxPool2d(x, kernel as never, options);
  if (kernel.length === 3) return maxPool3d(x, kernel as never, options);
  const [stride, dilation] = [strides[0] as number, dilations[0] as number];
  const sides = padding as readonly [number, number];
  return maxPool1d(x, kernel[0] as number, { stride, dilation, padding: sides, ceilMode });
}

/** `x` with `value` around it, as far as windows reach. */
function surrounded(x: Node, { pads, beyond, kernel }: Pooling, value: number): Node {
  const rank = kernel.length;
  const behind = beyond.map((b, i) => (pads[i + rank] as number) + b);
  return pad(x, [0, 0, ...pads.slice(0, rank)], [0, 0, ...behind], { value });
}

/** Where the maxima stand in `x`, counted over the whole of it; with `storage_order` 1 the axes behind the channels are counted from the other end. */
function maxPoolIndices(node: ImportedNode, c: RuleContext, x: Node): Node {
  const pooling = poolingOf(node, x);
  const [batch, channels, ...size] = x.type.shape as readonly [number, number, ...number[]];
  expectFixedSizes(c, x.type.shape);
  const places = windowPlaces(pooling, size, flag(node, 'storage_order', false));
  const windows = places.length;
  const each = (places[0] as readonly Place[]).length;
  const pixels = size.reduce((a, b) => a * b, 1);
  const all = pad(reshape(x, [batch, channels, pixels]), [0, 0, 0], [0, 0, 1], { value: LOWEST });
  const seen = gather(all, ints(places.flat().map(({ at }) => at ?? pixels)), 2);
  const first = argMax(reshape(seen, [batch, channels, windows, each]), { axis: 3 });
  const inWindow = add(first, ints(Array.from({ length: windows }, (_, w) => w * each)));
  const found = gather(ints(places.flat().map(({ counted }) => counted)), inWindow);
  const image = mul(reshape(iota(batch * channels), [batch, channels, 1]), pixels);
  return reshape(add(found, image), [batch, channels, ...pooling.output]);
}

interface Place {
  /** Row-major place of a pixel; undefined in the padding. */
  readonly at: number | undefined;
  readonly counted: number;
}

function windowPlaces(pooling: Pooling, size: readonly number[], isReversed: boolean): readonly (readonly Place[])[] {
  return positions(pooling.output).map((window) =>
    positions(pooling.kernel).map((step): Place => {
      const place = step.map((s, i) => {
        const start = (window[i] as number) * (pooling.strides[i] as number) - (pooling.pads[i] as number);
        return start + s * (pooling.dilations[i] as number);
      });
      if (place.some((p, i) => p < 0 || p >= (size[i] as number))) return { at: undefined, counted: 0 };
      const at = rowMajor(place, size);
      return { at, counted: isReversed ? rowMajor(place.toReversed(), size.toReversed()) : at };
    }),
  );
}

function positions(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
    [[]],
  );
}

function rowMajor(place: readonly number[], size: readonly number[]): number {
  return place.reduce((at, p, i) => at * (size[i] as number) + p, 0);
}

function ints(values: readonly number[]): Node {
  return constant(ndarray('int32', [values.length], Int32Array.from(values)));
}

/** The inverse of a max pooling: values at the places that `indices` name, zeros elsewhere. */
function maxUnpool(node: ImportedNode, c: RuleContext, x: Node, indices: Node, outputShape?: readonly number[]): Node {
  const { shape } = x.type;
  const kernel = numbers(node, 'kernel_shape');
  const rank = kernel.length;
  const strides = numbers(
    node,
    'strides',
    kernel.map(() => 1),
  );
  const pads = numbers(
    node,
    'pads',
    [...kernel, ...kernel].map(() => 0),
  );
  expectFixedSizes(c, shape);
  const size = shape
    .slice(2)
    .map((n, i) => (n - 1) * (strides[i] as number) + (kernel[i] as number) - sumOf([pads[i], pads[i + rank]]));
  const inferred = [...shape.slice(0, 2), ...size];
  const count = inferred.reduce((a, b) => a * b, 1);
  const at = reshape(indices, [numel(shape)]);
  const put = (values: Node): Node => scatterAdd(at, values, { axis: 0, size: count });
  const values = reshape(x, [numel(shape)]);
  // Windows that overlap name a pixel more than once, with the same value each time.
  const times = put(scalar(1, 'float32', [numel(shape)]));
  const flat = reshape(div(put(values), maximum(times, 1)), inferred);
  if (outputShape === undefined) return flat;
  return pad(
    flat,
    inferred.map(() => 0),
    inferred.map((d, i) => (outputShape[i] as number) - d),
  );
}

function sumOf(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((a, b) => a + (b ?? 0), 0);
}

function averagePool(node: ImportedNode, x: Node): Node {
  const pooling = poolingOf(node, x);
  const { kernel, strides, dilations, pads } = pooling;
  const countIncludePad = flag(node, 'count_include_pad', false);
  if (!isUsual(pooling) || dilations.some((d) => d > 1)) return windowMeans(x, pooling, countIncludePad);
  const options = {
    stride: strides,
    padding: pads,
    ceilMode: flag(node, 'ceil_mode', false),
    countIncludePad,
  } as never;
  if (kernel.length === 2) return avgPool2d(x, kernel as never, options);
  if (kernel.length === 3) return avgPool3d(x, kernel as never, options);
  const padding = pads as unknown as readonly [number, number];
  return avgPool1d(x, kernel[0] as number, { ...(options as object), stride: strides[0] as number, padding });
}

/** Sums of windows, each divided by the number of pixels in it: of those of the image, or of those of the padded image. */
function windowMeans(x: Node, pooling: Pooling, countIncludePad: boolean): Node {
  const { kernel, strides, dilations, pads, output } = pooling;
  const rank = kernel.length;
  const counts = positions(output).map((window) => {
    const inside = kernel.map((k, i) => {
      const [before, after] = countIncludePad ? [pads[i], pads[i + rank]] : [0, 0];
      const n = x.type.shape[i + 2] as number;
      const start = (window[i] as number) * (strides[i] as number) - (pads[i] as number);
      const at = Array.from({ length: k }, (_, t) => start + t * (dilations[i] as number));
      return at.filter((p) => p >= -(before as number) && p < n + (after as number)).length;
    });
    return 1 / inside.reduce((a, b) => a * b, 1);
  });
  return mul(windowSums(x, pooling), constant(ndarray('float32', output, Float32Array.from(counts))));
}

/** A convolution with ones of each channel by itself. */
function windowSums(x: Node, pooling: Pooling): Node {
  const { kernel, strides, dilations, output } = pooling;
  const [batch, channels, ...size] = surrounded(x, pooling, 0).type.shape as readonly [number, number, ...number[]];
  const padded = surrounded(x, pooling, 0);
  const ones = scalar(1, 'float32', [channels, 1, ...(kernel.length === 1 ? [1] : []), ...kernel]);
  const options = { groups: channels } as const;
  if (kernel.length === 3) {
    return conv3d(padded, ones, { ...options, stride: strides as never, dilation: dilations as never });
  }
  if (kernel.length === 2) {
    return conv2d(padded, ones, { ...options, stride: strides as never, dilation: dilations as never });
  }
  const images = reshape(padded, [batch, channels, 1, ...size]);
  const [stride, dilation] = [strides[0] as number, dilations[0] as number];
  const y = conv2d(images, ones, { ...options, stride: [1, stride], dilation: [1, dilation] });
  return reshape(y, [batch, channels, ...output]);
}

/** `(Σ |x|^p)^(1/p)` of each window. */
function lpPool(node: ImportedNode, x: Node): Node {
  const p = number(node, 'p', 2);
  return root(windowSums(power(x, p), poolingOf(node, x)), p);
}

function power(x: Node, p: number): Node {
  return p === 2 ? mul(x, x) : p === 1 ? abs(x) : pow(abs(x), p);
}

/** A root has no slope at 0, where a norm has none either. */
export function root(total: Node, p: number): Node {
  if (p === 1) return total;
  const isAny = greater(total, 0);
  const safe = where(isAny, total, 1);
  return where(isAny, p === 2 ? sqrt(safe) : pow(safe, 1 / p), 0);
}

function spatialAxes(x: Node): readonly number[] {
  return x.type.shape.map((_, i) => i).slice(2);
}

function globalAveragePool(x: Node): Node {
  if (x.type.shape.length === 4) return adaptiveAvgPool2d(x, 1);
  return mean(x, { axes: spatialAxes(x), keepDims: true });
}

function globalMaxPool(x: Node): Node {
  return max(x, { axes: spatialAxes(x), keepDims: true });
}

function globalLpPool(node: ImportedNode, x: Node): Node {
  const p = number(node, 'p', 2);
  return root(sum(power(x, p), { axes: spatialAxes(x), keepDims: true }), p);
}

/** Each channel divided by a power of the mean square of its neighbours (Krizhevsky et al. 2012). */
function lrn(node: ImportedNode, x: Node): Node {
  const [alpha, beta] = [number(node, 'alpha', 0.0001), number(node, 'beta', 0.75)];
  const [bias, size] = [number(node, 'bias', 1), number(node, 'size')];
  const [batch, channels, ...rest] = x.type.shape as readonly [number, number, ...number[]];
  const lines = reshape(mul(x, x), [batch, 1, channels, numel(rest)]);
  const before = Math.floor((size - 1) / 2);
  const padded = pad(lines, [0, 0, before, 0], [0, 0, size - 1 - before, 0]);
  const means = reshape(avgPool2d(padded, [size, 1], { stride: 1 }), x.type.shape);
  return div(x, pow(add(mul(means, alpha), bias), beta));
}
