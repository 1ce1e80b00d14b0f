import type { Conv2dFilterGradAttrs } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import { concat, matmul, reduce, reshape, slice, transpose } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import { convAttributes } from './conv2d.ts';
import { flat, imageShape, padImage, tapOf, taps } from './geometry.ts';

/**
 * `'swapped'`: one convolution of the images, channels as batch, with the gradients as filters. Works for every attribute.
 * `'grouped'`: the same with a group for each image and a sum over them; better parallelism for few channels.
 * `'columns'`: all windows as columns (im2col) and one matrix product an image; best for many channels.
 */
export type FilterGradStrategy = 'swapped' | 'grouped' | 'columns';

type FilterGrad = (b: GraphBuilder, x: Value, dy: Value, attrs: Conv2dFilterGradAttrs) => Value;

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

const swapped: FilterGrad = (b, x, dy, attrs) => {
  const { groups } = attrs;
  const [batch, channels, height, width] = imageShape(x);
  if (groups === 1) return swap(b, slideOver(b, swap(b, x), swap(b, dy), 1, attrs));
  // Channel c of each group becomes image c, whose channels are the groups' batches one behind the other.
  const split = transpose(b, reshape(b, x, [batch, groups, channels / groups, height, width]), [2, 1, 0, 3, 4]);
  const images = reshape(b, split, [channels / groups, groups * batch, height, width]);
  return swap(b, slideOver(b, images, swap(b, dy), groups, attrs));
};

const grouped: FilterGrad = (b, x, dy, attrs) => {
  const [batch, channels] = imageShape(x);
  const [, filters, rows, columns] = imageShape(dy);
  const [kernelHeight, kernelWidth] = attrs.kernelSize;
  const each = slideOver(b, swap(b, x), reshape(b, dy, [batch * filters, 1, rows, columns]), batch, attrs);
  const sum = reduce(
    b,
    'ReduceSum',
    reshape(b, each, [channels, batch, filters, kernelHeight, kernelWidth]),
    [1],
    false,
  );
  return swap(b, sum);
};

const columns: FilterGrad = (b, x, dy, attrs) => {
  const [batch, channels] = imageShape(x);
  const [, filters, rows, cols] = imageShape(dy);
  const { kernelSize, strides, dilations, pads } = attrs;
  const padded = padImage(b, x, pads);
  const windows = concat(
    b,
    taps(kernelSize).map((tap) => tapOf(b, padded, tap, [rows, cols], strides, dilations)),
    1,
  );
  const pixels = reshape(b, windows, [batch, kernelSize[0] * kernelSize[1] * channels, rows * cols]);
  // This way round, the product is 8 % faster than dy · pixelsᵀ.
  const products = matmul(b, pixels, transpose(b, flat(b, dy), [0, 2, 1]));
  const sum = reshape(b, reduce(b, 'ReduceSum', products, [0], false), [...kernelSize, channels, filters]);
  return transpose(b, sum, [3, 2, 0, 1]);
};

export const filterGrads: Readonly<Record<FilterGradStrategy, FilterGrad>> = { swapped, grouped, columns };
