import type { Conv2dFilterGradAttrs } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import { concat, floats, matmul, pad, reduce, reshape, slice, transpose } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import type { Context } from '../context.ts';
import { shortSum } from '../sums.ts';
import { conv2d, convAttributes } from './conv2d.ts';
import { flat, imageShape, padImage, tapOf, taps } from './geometry.ts';

/**
 * `'swapped'`: one convolution of the images, channels as batch, with the gradients as filters. Works for every attribute.
 * `'grouped'`: the same with a group for each image and a sum over them: more to do at once.
 * `'columns'`: all windows as columns (im2col) and one matrix product an image.
 * `'rows'`: the same for one row of the kernel at a time, from images widened once; less memory, but the copying is done by one thread.
 * `'stacked'`: a matrix product a pixel of the kernel, of all images at once, whose channels come last: nothing is widened, and no sum over images is left.
 */
export type FilterGradStrategy = 'swapped' | 'grouped' | 'columns' | 'rows' | 'stacked';

type FilterGrad = (context: Context, x: Value, dy: Value, attrs: Conv2dFilterGradAttrs) => Value;

/** Swaps batch and channels. */
function swap(b: GraphBuilder, x: Value): Value {
  return transpose(b, x, [1, 0, 2, 3]);
}

/** Stride and dilation trade places when the gradients slide over the images. What lies beyond the kernel is cut off. */
function slideOver(b: GraphBuilder, x: Value, filters: Value, groups: number, attrs: Conv2dFilterGradAttrs): Value {
  const { strides, dilations, pads, kernelSize } = attrs;
  const [batch, , height, width] = imageShape(x);
  const [count, , rows, columns] = imageShape(filters);
  const size = ([0, 1] as const).map((i) => {
    const padded = ([height, width][i] as number) + pads[i] + (pads[i + 2] as number);
    return Math.floor((padded - strides[i] * (([rows, columns][i] as number) - 1) - 1) / dilations[i]) + 1;
  }) as [number, number];
  const y = b.add(
    'Conv',
    [x, filters],
    { dtype: 'float32', shape: [batch, count, ...size] },
    {
      kernel_shape: [rows, columns],
      ...convAttributes({ strides: dilations, dilations: strides, pads, groups }),
    },
  );
  return slice(
    b,
    y,
    kernelSize.map((end, i) => ({ axis: i + 2, start: 0, end })),
  );
}

const swapped: FilterGrad = ({ builder: b }, x, dy, attrs) => {
  const { groups } = attrs;
  const [batch, channels, height, width] = imageShape(x);
  if (groups === 1) return swap(b, slideOver(b, swap(b, x), swap(b, dy), 1, attrs));
  // Channel c of each group becomes image c, whose channels are the groups' batches one behind the other.
  const split = transpose(b, reshape(b, x, [batch, groups, channels / groups, height, width]), [2, 1, 0, 3, 4]);
  const images = reshape(b, split, [channels / groups, groups * batch, height, width]);
  return swap(b, slideOver(b, images, swap(b, dy), groups, attrs));
};

const grouped: FilterGrad = ({ builder: b }, x, dy, attrs) => {
  const [batch, channels] = imageShape(x);
  const [, filters, height, width] = imageShape(dy);
  const each = slideOver(b, swap(b, x), reshape(b, dy, [batch * filters, 1, height, width]), batch, attrs);
  const sum = reduce(b, 'ReduceSum', reshape(b, each, [channels, batch, filters, ...attrs.kernelSize]), [1], false);
  return swap(b, sum);
};

const columns: FilterGrad = (context, x, dy, attrs) => {
  const { builder: b } = context;
  const [batch, channels] = imageShape(x);
  const [, filters, height, width] = imageShape(dy);
  const { kernelSize } = attrs;
  const size = kernelSize[0] * kernelSize[1];
  // Each filter picks one pixel of its window, so the result holds all windows; the convolution does it on all threads.
  const picks = Array.from({ length: channels * size * size }, (_, i) =>
    Number(Math.floor(i / size) % size === i % size),
  );
  const identity = floats(b, [channels * size, 1, ...kernelSize], picks);
  const result = { dtype: 'float32', shape: [batch, channels * size, height, width] } as const;
  const windows = conv2d(b, x, identity, null, { ...attrs, groups: channels }, result);
  return reshape(b, transpose(b, overBatch(context, flat(b, windows), dy), [1, 0]), [filters, channels, ...kernelSize]);
};

const rows: FilterGrad = (context, x, dy, attrs) => {
  const { builder: b } = context;
  const [batch, channels] = imageShape(x);
  const [, filters, height, width] = imageShape(dy);
  const { kernelSize, strides, dilations, pads } = attrs;
  const [kernelHeight, kernelWidth] = kernelSize;
  const padded = padImage(b, x, pads);
  const columnsOf = (at: number): Value => {
    const left = at * dilations[1];
    return slice(b, padded, [{ axis: 3, start: left, end: left + (width - 1) * strides[1] + 1, step: strides[1] }]);
  };
  const wide = concat(
    b,
    Array.from({ length: kernelWidth }, (_, at) => columnsOf(at)),
    1,
  );
  const sums = Array.from({ length: kernelHeight }, (_, at) => {
    const top = at * dilations[0];
    const band = slice(b, wide, [{ axis: 2, start: top, end: top + (height - 1) * strides[0] + 1, step: strides[0] }]);
    return overBatch(context, reshape(b, band, [batch, kernelWidth * channels, height * width]), dy);
  });
  return transpose(b, reshape(b, concat(b, sums, 0), [...kernelSize, channels, filters]), [3, 2, 0, 1]);
};

const stacked: FilterGrad = ({ builder: b }, x, dy, { kernelSize, strides, dilations, pads }) => {
  const [batch, channels] = imageShape(x);
  const [, filters, height, width] = imageShape(dy);
  const places = batch * height * width;
  const [top, left, bottom, right] = pads;
  const padded = pad(b, transpose(b, x, [0, 2, 3, 1]), [0, top, left, 0], [0, bottom, right, 0]);
  const gradients = reshape(b, swap(b, dy), [filters, places]);
  const products = taps(kernelSize).map((tap) => {
    const pixels = tapOf(b, padded, tap, [height, width], strides, dilations, 1);
    return matmul(b, gradients, reshape(b, pixels, [places, channels]));
  });
  const all = reshape(b, concat(b, products, 0), [products.length, filters * channels]);
  return reshape(b, transpose(b, all, [1, 0]), [filters, channels, ...kernelSize]);
};

/** `Σ pixels · dyᵀ` over the batch: `[features, filters]`. This way round, the product is 8 % faster than `dy · pixelsᵀ`. */
function overBatch(context: Context, pixels: Value, dy: Value): Value {
  const { builder: b } = context;
  return shortSum(context, matmul(b, pixels, transpose(b, flat(b, dy), [0, 2, 1])), [0], false);
}

export const filterGrads: Readonly<Record<FilterGradStrategy, FilterGrad>> = {
  swapped,
  grouped,
  columns,
  rows,
  stacked,
};
