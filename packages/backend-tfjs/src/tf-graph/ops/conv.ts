import { type Attrs, ints, text, type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';
import { type Paddings, padded, sliced } from './shape.ts';
import { at, result, type Translate, typed } from './types.ts';

type Pair = readonly [number, number];
type Size4 = [number, number, number, number];

interface WindowAttrs {
  readonly strides: Pair;
  readonly pad: 'valid' | Paddings;
}

interface ConvAttrs extends WindowAttrs {
  readonly dilations: Pair;
}

/** One entry for each axis of `[batch, height, width, channels]`. */
function spatial([h, w]: Pair): number[] {
  return [1, h, w, 1];
}

function windowAttrs({ strides, pad }: WindowAttrs): Attrs {
  return {
    strides: ints(spatial(strides)),
    data_format: text('NHWC'),
    ...(pad === 'valid'
      ? { padding: text('VALID') }
      : { padding: text('EXPLICIT'), explicit_paddings: ints(pad.flat()) }),
  };
}

export const convOps: Readonly<Record<string, Translate>> = {
  Conv2D(g, { inputs, attrs, output }) {
    const { dilations, ...window } = attrs as ConvAttrs;
    const [x] = inputs as [Tensor];
    return g.op('Conv2D', inputs, { ...typed(x), ...windowAttrs(window), dilations: ints(spatial(dilations)) }, output);
  },
  FusedConv2D(g, { inputs, attrs, output }) {
    const [x, filter, bias] = inputs as [Tensor, Tensor, Tensor];
    const { dilations, ...window } = attrs as ConvAttrs;
    const options = { ...typed(x), ...windowAttrs(window), dilations: ints(spatial(dilations)) };
    return g.op('BiasAdd', [g.op('Conv2D', [x, filter], options, output), bias], typed(x), output);
  },
  Conv2DBackpropInput(g, { inputs, attrs, output }) {
    let [dy, filter] = inputs as [Tensor, Tensor];
    // With one channel in and one out, oneDNN (TensorFlow 2.21) computes wrong numbers: a second filter of zeros takes another way.
    if (filter.shape[2] === 1 && filter.shape[3] === 1) [dy, filter] = [withZeros(g, dy), withZeros(g, filter)];
    const operands = [g.ints(output.shape), filter, dy];
    return g.op('Conv2DBackpropInput', operands, { ...typed(dy), ...windowAttrs(attrs as ConvAttrs) }, output);
  },
  Conv2DBackpropFilter(g, { inputs, attrs, output }) {
    const [x, dy] = inputs as [Tensor, Tensor];
    const window = attrs as WindowAttrs;
    // Where windows leave gaps, oneDNN (TensorFlow 2.21) writes beyond its memory.
    const gaps = window.strides.some((stride, i) => stride > (output.shape[i] as number));
    const [image, { strides, pad }] = gaps ? withoutGaps(g, x, dy, output.shape, window) : [x, window];
    const options = { ...typed(x), ...windowAttrs({ strides, pad }) };
    return g.op('Conv2DBackpropFilter', [image, g.ints(output.shape), dy], options, output);
  },
  DepthwiseConv2dNative(g, { inputs, attrs, output }) {
    const [x, filter] = inputs as [Tensor, Tensor];
    const { strides, dilations, pad } = attrs as ConvAttrs;
    const wide = dilated(g, filter, dilations);
    // The kernel knows no dilation, and only equal strides: where they differ, it takes every step.
    const equal = strides[0] === strides[1];
    const options = { ...typed(x), ...windowAttrs({ pad, strides: equal ? strides : [1, 1] }) };
    if (equal) return g.op('DepthwiseConv2dNative', [x, wide], options, output);
    const [batch, , , channels] = output.shape as Size4;
    const size = ([0, 1] as const).map((i) => {
      const [before, after] = pad === 'valid' ? [0, 0] : (pad[i + 1] as Pair);
      return (x.shape[i + 1] as number) + before + after - (wide.shape[i] as number) + 1;
    });
    const every = g.op('DepthwiseConv2dNative', [x, wide], options, result(x, [batch, ...size, channels]));
    const operands = [every, g.ints([0, 0, 0, 0]), g.ints(every.shape), g.ints(spatial(strides))];
    return g.op('StridedSlice', operands, { ...typed(x), Index: type('int32') }, output);
  },
  MaxPool: (g, { inputs, attrs, output }) => {
    const [x] = inputs as [Tensor];
    return g.op('MaxPool', [x], { ...typed(x), ...poolAttrs(attrs) }, output);
  },
  MaxPoolGrad(g, { inputs, attrs, output }) {
    const [dy, x, y] = inputs as [Tensor, Tensor, Tensor];
    return g.op('MaxPoolGrad', [x, y, dy], { ...typed(x), ...poolAttrs(attrs) }, output);
  },
  AvgPool(g, { inputs, attrs, output }) {
    const { filterSize, strides, pad } = attrs as WindowAttrs & { readonly filterSize: Pair };
    const [x] = inputs as [Tensor];
    if (pad === 'valid') return g.op('AvgPool', [x], { ...typed(x), ...poolAttrs(attrs) }, output);
    // The kernel knows no padding: the mean over padded windows, times window / pixels.
    const wide = padded(g, x, pad, 0);
    const options = poolAttrs({ filterSize, strides, pad: 'valid' });
    const mean = g.op('AvgPool', [wide], { ...typed(x), ...options }, output);
    const [, rows, columns] = output.shape as Size4;
    const counts = (n: number, i: 0 | 1): number[] =>
      Array.from({ length: n }, (_, k) => {
        const start = k * strides[i] - (pad[i + 1] as Pair)[0];
        return Math.min(start + filterSize[i], x.shape[i + 1] as number) - Math.max(start, 0);
      });
    const across = counts(columns, 1);
    const window = filterSize[0] * filterSize[1];
    const data = Float32Array.from(counts(rows, 0).flatMap((h) => across.map((w) => window / (h * w))));
    const scale = g.constant({ dtype: 'float32', shape: [1, rows, columns, 1], data });
    return g.op('Mul', [mean, scale], typed(x), output);
  },
  AvgPoolGrad(g, { inputs, attrs, output }) {
    const dy = at(inputs, 0);
    return g.op('AvgPoolGrad', [g.ints(output.shape), dy], { ...typed(dy), ...poolAttrs(attrs) }, output);
  },
};

function poolAttrs(attrs: object): Attrs {
  const { filterSize, ...window } = attrs as WindowAttrs & { readonly filterSize: Pair };
  return { ...windowAttrs(window), ksize: ints(spatial(filterSize)) };
}

/** The image without the rows and columns that no window of `filter` sees: the windows of `dy` lie side by side. */
function withoutGaps(
  g: Writer,
  image: Tensor,
  dy: Tensor,
  filter: readonly number[],
  { strides, pad }: WindowAttrs,
): [Tensor, WindowAttrs] {
  let x = image;
  const steps = ([0, 1] as const).map((i) => {
    const axis = i + 1;
    const [count, step] = [dy.shape[axis] as number, strides[i]];
    const kernel = Math.min(filter[i] as number, step);
    const before = pad === 'valid' ? 0 : (pad[axis] as Pair)[0];
    const missing = Math.max(0, count * step - before - (x.shape[axis] as number));
    if (kernel === step) return { step, pad: pad === 'valid' ? ([0, 0] as const) : (pad[axis] as Pair) };
    const [batch, height, width, channels] = x.shape as Size4;
    const wide = padded(
      g,
      x,
      [[0, 0], ...([1, 2] as const).map((a) => (a === axis ? [before, missing] : [0, 0]) as Pair), [0, 0]],
      0,
    );
    const [outer, inner] = i === 0 ? [batch, width * channels] : [batch * height, channels];
    const flat = g.reshape(wide, [outer, wide.shape[axis] as number, inner]);
    const used = sliced(g, flat, [0, 0, 0], [outer, count * step, inner]);
    const windows = g.reshape(used, [outer, count, step, inner]);
    const seen = sliced(g, windows, [0, 0, 0, 0], [outer, count, kernel, inner]);
    const size = count * kernel;
    x = g.reshape(seen, i === 0 ? [batch, size, width, channels] : [batch, height, size, channels]);
    return { step: kernel, pad: [0, 0] as const };
  }) as [{ step: number; pad: Pair }, { step: number; pad: Pair }];
  const [rows, columns] = steps;
  return [x, { strides: [rows.step, columns.step], pad: [[0, 0], rows.pad, columns.pad, [0, 0]] }];
}

/** One channel more. */
function withZeros(g: Writer, x: Tensor): Tensor {
  return padded(g, x, [...x.shape.slice(1).map(() => [0, 0] as const), [0, 1]], 0);
}

/** Zeros between the rows and columns of `[height, width, in, out]`. */
function dilated(g: Writer, filter: Tensor, [dh, dw]: Pair): Tensor {
  if (dh === 1 && dw === 1) return filter;
  const [kh, kw, channels, multiplier] = filter.shape as Size4;
  const rows = spread(g, g.reshape(filter, [1, kh, kw * channels * multiplier]), dh);
  const columns = spread(g, g.reshape(rows, [(kh - 1) * dh + 1, kw, channels * multiplier]), dw);
  return g.reshape(columns, [(kh - 1) * dh + 1, (kw - 1) * dw + 1, channels, multiplier]);
}

/** Puts `step - 1` zeros between neighbours along the middle one of three axes. */
function spread(g: Writer, x: Tensor, step: number): Tensor {
  const [outer, n, inner] = x.shape as [number, number, number];
  const gaps: Paddings = [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ];
  const wide = padded(g, g.reshape(x, [outer, n, 1, inner]), gaps, 0);
  return sliced(g, g.reshape(wide, [outer, n * step, inner]), [0, 0, 0], [outer, (n - 1) * step + 1, inner]);
}
