import type { Pads, Pair } from '@descent/core';
import { numel, sameShape } from '@descent/core/backend';
import type { AvgPool2dAttrs, Conv2dAttrs, Conv2dFilterGradAttrs, Pool2dAttrs } from '@descent/core/ops';
import { type Builder, filled, type Value } from '../kernel-list/builder.ts';
import { CHANNELS_LAST, type Order, rowMajor } from '../kernel-list/layout.ts';
import {
  arranged,
  bare,
  everyNth,
  flipped,
  joined,
  named,
  padded,
  reshaped,
  sliced,
  transposed,
} from '../kernel-list/values.ts';
import { elementwise } from './_broadcast.ts';
import type { Family, Operands } from './_types.ts';
import { dilated, framed, fromImage, image, kernelPads, piece } from './_window.ts';

type Names =
  | 'avgPool2d'
  | 'avgPool2dGrad'
  | 'conv2d'
  | 'conv2dFilterGrad'
  | 'conv2dInputGrad'
  | 'maxPool2d'
  | 'maxPool2dGrad';

type Size4 = [number, number, number, number];

/** Weights `[out, in, height, width]` as the kernels want them: height, width, in, out. */
const HWIO: Order = [2, 3, 1, 0];

export const convLowerings: Family<Names> = {
  conv2d: ([x, w], { attrs }, b) => convolution(b, x as Value, w as Value, attrs),

  conv2dInputGrad(operands, { attrs, output: { shape } }, b) {
    const [dy, w] = operands as Operands;
    const { strides, pads, dilations, groups, inputSize } = attrs;
    const [batch, channels, height, width] = shape as Size4;
    if (b.traits.convGradients === 'kernel' && groups === 1 && isOne(dilations)) {
      const options = {
        strides,
        ...kernelPads(pads),
        dataFormat: 'NHWC',
        inputShape: [batch, height, width, channels],
      };
      const inputs = { dy: image(b, dy), filter: bare(arranged(b, w, HWIO)) };
      const result = { dtype: 'float32', shape: options.inputShape } as const;
      return fromImage(b.emit('Conv2DBackpropInput', inputs, options, result));
    }
    // Every product of the convolution runs backwards: a convolution of the strided gradient with the flipped weight, in and out swapped.
    const [out, perGroup, kh, kw] = w.shape as Size4;
    const turned = flipped(b, w, [2, 3]);
    const grouped = reshaped(b, turned, [groups, out / groups, perGroup, kh, kw]);
    const back =
      groups === 1
        ? transposed(turned, [1, 0, 2, 3])
        : reshaped(b, transposed(grouped, [0, 2, 1, 3, 4]), [channels, out / groups, kh, kw]);
    const wide = dilated(b, dy, strides);
    const frame = ([0, 1] as const).map((i) => {
      const reach = (w.shape[i + 2] as number) * dilations[i] - dilations[i];
      const before = reach - pads[i];
      return [before, inputSize[i] + reach - before - (wide.shape[i + 2] as number)] as const;
    }) as [Pair, Pair];
    const sides = [frame[0][0], frame[1][0], frame[0][1], frame[1][1]] as const;
    const pads4 = sides.map((n) => Math.max(0, n)) as unknown as Pads;
    const cut = framed(b, wide, sides.map((n) => Math.min(0, n)) as unknown as Pads);
    return convolution(b, cut, back, { strides: [1, 1], pads: pads4, dilations, groups });
  },

  conv2dFilterGrad(operands, { attrs }, b) {
    const [x, dy] = operands as Operands;
    const { groups } = attrs;
    const grads = Array.from({ length: groups }, (_, i) =>
      filterGrad(b, piece(b, x, 1, groups, i), piece(b, dy, 1, groups, i), attrs),
    );
    return joined(b, grads, 0);
  },

  maxPool2d: ([x], { attrs, output: { shape } }, b) => pool(b, 'MaxPool', x as Value, attrs, shape),

  maxPool2dGrad(operands, { attrs }, b) {
    const [x, y, dy] = operands as Operands;
    if (b.traits.poolTies === 'first') return maxPoolGrad(b, x, y, dy, attrs);
    // The last pixel of a tie is the first of the mirrored image, which is cut where its windows end.
    const { kernel, strides, pads } = attrs;
    const [batch, channels, height, width] = x.shape as Size4;
    const reach = ([0, 1] as const).map((i) => ((y.shape[i + 2] as number) - 1) * strides[i] + kernel[i] - pads[i]) as [
      number,
      number,
    ];
    const used = [batch, channels, Math.min(height, reach[0]), Math.min(width, reach[1])] as const;
    const mirrored: Pads = [reach[0] - used[2], reach[1] - used[3], pads[0], pads[1]];
    const [image, ...grads] = [sliced(b, x, [0, 0, 0, 0], used), y, dy].map((v) => flipped(b, v, [2, 3])) as [
      Value,
      Value,
      Value,
    ];
    const dx = flipped(b, maxPoolGrad(b, image, ...grads, { kernel, strides, pads: mirrored }), [2, 3]);
    return padded(b, dx, [0, 0, 0, 0], [0, 0, height - used[2], width - used[3]]);
  },

  avgPool2d([x], { attrs, output: { shape } }, b) {
    // Kernels leave the padding out of the mean.
    return attrs.countIncludePad
      ? pool(b, 'AvgPool', framed(b, x as Value, attrs.pads), { ...attrs, pads: [0, 0, 0, 0] }, shape)
      : pool(b, 'AvgPool', x as Value, attrs, shape);
  },

  avgPool2dGrad([dy], { attrs, output: { shape } }, b) {
    const [batch, channels, height, width] = shape as Size4;
    const [top, left, bottom, right] = attrs.pads;
    // The kernel divides by the size of the window, padding or not.
    const share = attrs.countIncludePad ? (dy as Value) : scaledToPixels(b, dy as Value, attrs, [height, width]);
    const framedShape = [batch, height + top + bottom, width + left + right, channels];
    const grad = image(b, share);
    // Of the operand called input, kernels read only the shape.
    const like = { ...grad, shape: framedShape };
    const options = poolAttrs({ ...attrs, pads: [0, 0, 0, 0] });
    const whole = b.emit('AvgPoolGrad', { dy: grad, input: like }, options, { dtype: 'float32', shape: framedShape });
    return sliced(b, fromImage(whole), [0, 0, top, left], shape);
  },
};

function isOne([a, b]: Pair): boolean {
  return a === 1 && b === 1;
}

/** The convolution of `x` `[batch, in, height, width]` and `w` `[out, in / groups, kh, kw]`. */
function convolution(b: Builder, x: Value, w: Value, attrs: Conv2dAttrs): Value {
  const { strides, dilations, pads, groups } = attrs;
  const options = { strides, dilations, ...kernelPads(pads), dataFormat: 'NHWC' };
  const [filters, perGroup, ...kernel] = w.shape as Size4;
  const [batch, channels] = x.shape as Size4;
  const size = ([0, 1] as const).map((i) => {
    const whole = (x.shape[i + 2] as number) + pads[i] + pads[(i + 2) as 2 | 3];
    return Math.floor((whole - dilations[i] * (kernel[i] - 1) - 1) / strides[i]) + 1;
  });
  const result = { dtype: 'float32', shape: [batch, ...size, filters] } as const;
  // All rows or columns may have been cut away: windows that meet nothing but padding.
  if (numel(x.shape) === 0) return filled(b, 0, 'float32', [batch, filters, ...size]);
  if (groups === 1) {
    const filter = bare(arranged(b, w, HWIO));
    return fromImage(b.emit('Conv2D', { x: image(b, x), filter }, options, result));
  }
  if (perGroup === 1 && (isOne(strides) || isOne(dilations))) {
    // One channel a group: height, width, channel, filter of the channel.
    const filter = bare(arranged(b, reshaped(b, w, [channels, filters / channels, ...kernel]), [2, 3, 0, 1]));
    return fromImage(b.emit('DepthwiseConv2dNative', { x: image(b, x), filter }, options, result));
  }
  const parts = Array.from({ length: groups }, (_, i) =>
    convolution(b, piece(b, x, 1, groups, i), piece(b, w, 0, groups, i), { ...attrs, groups: 1 }),
  );
  return joined(b, parts, 1);
}

/** `x + y` as one kernel when one is a convolution and the other a bias, a number for each channel; else `null`. */
export function biasedConvolution(b: Builder, x: Value, y: Value, shape: readonly number[]): Value | null {
  const conv = b.producer(x);
  const channels = shape[1] as number;
  const isBias = numel(y.shape) === channels && y.shape.at(-3) === channels;
  // Gradients of weights are convolutions, too, but their axes mean something else.
  const isImage = sameShape(x.order, CHANNELS_LAST) && sameShape(x.shape, shape);
  if (conv?.kernel !== 'Conv2D' || !isImage || !isBias) return null;
  const [input, filter] = conv.inputs.map((view) => ({ ...view, order: rowMajor(4) })) as [Value, Value];
  const inputs = { x: input, filter, bias: reshaped(b, y, [channels]) };
  return fromImage(b.emit('FusedConv2D', inputs, { ...conv.attrs, activation: 'linear' }, conv.output));
}

function filterGrad(b: Builder, x: Value, dy: Value, attrs: Conv2dFilterGradAttrs): Value {
  const { strides, pads, dilations, kernelSize } = attrs;
  const [[, channels], [, filters]] = [x.shape as Size4, dy.shape as Size4];
  const shape = [filters, channels, ...kernelSize];
  if (b.traits.convGradients === 'kernel' && isOne(dilations)) {
    const filterShape = [...kernelSize, channels, filters];
    const options = { strides, ...kernelPads(pads), dataFormat: 'NHWC', filterShape };
    const grad = b.emit('Conv2DBackpropFilter', { x: image(b, x), dy: image(b, dy) }, options, {
      dtype: 'float32',
      shape: filterShape,
    });
    return named(grad, shape, HWIO);
  }
  // The batch takes the place of the channels: each channel of x is an image, each filter's gradient a weight, and strides and dilations
  // change places.
  const images = transposed(x, [1, 0, 2, 3]);
  const weights = transposed(dy, [1, 0, 2, 3]);
  const whole = transposed(
    convolution(b, images, weights, { strides: dilations, dilations: strides, pads, groups: 1 }),
    [1, 0, 2, 3],
  );
  // Rows that the strides left out give more than the weight has.
  return sliced(b, whole, [0, 0, 0, 0], shape);
}

function maxPoolGrad(b: Builder, x: Value, y: Value, dy: Value, attrs: Pool2dAttrs): Value {
  const input = image(b, x);
  const inputs = { dy: image(b, dy), input, output: image(b, y) };
  return fromImage(b.emit('MaxPoolGrad', inputs, poolAttrs(attrs), { dtype: 'float32', shape: input.shape }));
}

function poolAttrs({ kernel, strides, pads }: Pool2dAttrs): object {
  return { filterSize: kernel, strides, ...kernelPads(pads) };
}

function pool(b: Builder, kernel: string, x: Value, attrs: Pool2dAttrs, shape: readonly number[]): Value {
  const [batch, channels, height, width] = shape as Size4;
  if (isOne(attrs.kernel)) {
    // Windows of one pixel: not every engine pools those.
    const { strides } = attrs;
    return everyNth(b, everyNth(b, x, 2, 0, strides[0], height), 3, 0, strides[1], width);
  }
  const result = { dtype: 'float32', shape: [batch, height, width, channels] } as const;
  return fromImage(b.emit(kernel, { x: image(b, x) }, poolAttrs(attrs), result));
}

/** Scales each gradient by the size of its window over the number of pixels in it. */
function scaledToPixels(b: Builder, dy: Value, { kernel, strides, pads }: AvgPool2dAttrs, size: Pair): Value {
  const [, , rows, columns] = dy.shape as Size4;
  const counts = ([0, 1] as const).map((i) =>
    Array.from({ length: i === 0 ? rows : columns }, (_, at) => {
      const start = at * strides[i] - pads[i];
      return Math.min(start + kernel[i], size[i]) - Math.max(start, 0);
    }),
  ) as [number[], number[]];
  const window = kernel[0] * kernel[1];
  const data = Float32Array.from(counts[0].flatMap((h) => counts[1].map((w) => window / (h * w))));
  const scale = b.constant({ dtype: 'float32', shape: [1, 1, rows, columns], data });
  return elementwise(b, 'Multiply', { a: dy, b: scale }, { dtype: 'float32', shape: dy.shape });
}
