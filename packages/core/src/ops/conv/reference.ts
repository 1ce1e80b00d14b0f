import { numel, type Shape } from '../../ir/shape.ts';
import { type RefArray, type RefKernels, rounded } from '../_reference.ts';
import type { Pool2dAttrs } from './_pool.ts';
import type { Conv2dAttrs } from './conv2d.ts';
import type * as family from './index.ts';

type Image = readonly [batch: number, channels: number, height: number, width: number];

export const convReference: RefKernels<typeof family> = {
  conv2d([x, w], { attrs, output }, context) {
    const [image, weight] = [(x as RefArray).data, (w as RefArray).data];
    const sums = new Float64Array(numel(output.shape));
    const step = attrs.strides[1];
    forEachRow((x as RefArray).shape, (w as RefArray).shape, output.shape, attrs, (xi, wi, yi, count) => {
      const factor = weight[wi] as number;
      for (let i = 0; i < count; i++)
        sums[yi + i] = (sums[yi + i] as number) + (image[xi + i * step] as number) * factor;
    });
    return rounded(sums, output, context);
  },

  conv2dInputGrad([dy, w], { attrs, output }, context) {
    const [grad, weight] = [(dy as RefArray).data, (w as RefArray).data];
    const sums = new Float64Array(numel(output.shape));
    const step = attrs.strides[1];
    forEachRow(output.shape, (w as RefArray).shape, (dy as RefArray).shape, attrs, (xi, wi, yi, count) => {
      const factor = weight[wi] as number;
      for (let i = 0; i < count; i++)
        sums[xi + i * step] = (sums[xi + i * step] as number) + (grad[yi + i] as number) * factor;
    });
    return rounded(sums, output, context);
  },

  conv2dFilterGrad([x, dy], { attrs, output }, context) {
    const [image, grad] = [(x as RefArray).data, (dy as RefArray).data];
    const sums = new Float64Array(numel(output.shape));
    const step = attrs.strides[1];
    forEachRow((x as RefArray).shape, output.shape, (dy as RefArray).shape, attrs, (xi, wi, yi, count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (image[xi + i * step] as number) * (grad[yi + i] as number);
      sums[wi] = (sums[wi] as number) + sum;
    });
    return rounded(sums, output, context);
  },

  maxPool2d([x], { attrs, output }, context) {
    const { data, shape } = x as RefArray;
    const out = context.zeros(output);
    forEachWindow(shape, output.shape, attrs, (yi, pixels) => {
      out.data[yi] = data[largest(data, pixels)] as number;
    });
    return out;
  },

  maxPool2dGrad([x, y, dy], { attrs, output }, context) {
    const { data } = x as RefArray;
    const grad = (dy as RefArray).data;
    const sums = new Float64Array(data.length);
    forEachWindow(output.shape, (y as RefArray).shape, attrs, (yi, pixels) => {
      const winner = largest(data, pixels);
      sums[winner] = (sums[winner] as number) + (grad[yi] as number);
    });
    return rounded(sums, output, context);
  },

  avgPool2d([x], { attrs, output }, context) {
    const { data, shape } = x as RefArray;
    const out = context.zeros(output);
    forEachWindow(shape, output.shape, attrs, (yi, pixels) => {
      const sum = pixels.reduce((total, xi) => total + (data[xi] as number), 0);
      out.data[yi] = sum / (attrs.countIncludePad ? attrs.kernel[0] * attrs.kernel[1] : pixels.length);
    });
    return out;
  },

  avgPool2dGrad([dy], { attrs, output }, context) {
    const { data, shape } = dy as RefArray;
    const sums = new Float64Array(numel(output.shape));
    forEachWindow(output.shape, shape, attrs, (yi, pixels) => {
      const share = (data[yi] as number) / (attrs.countIncludePad ? attrs.kernel[0] * attrs.kernel[1] : pixels.length);
      for (const xi of pixels) sums[xi] = (sums[xi] as number) + share;
    });
    return rounded(sums, output, context);
  },
};

/**
 * The products `x·w → y` that a convolution of image x, weight w and result y consists of, one row of y at a time: the weight at `wi`
 * meets `count` pixels from `xi` on, each the horizontal stride apart, for as many neighbours from `yi` on. The two gradients are sums of the same products
 * with the roles exchanged.
 */
function forEachRow(
  x: Shape,
  w: Shape,
  y: Shape,
  { strides, pads, dilations, groups }: Conv2dAttrs,
  visit: (xi: number, wi: number, yi: number, count: number) => void,
): void {
  const [batch, channels, height, width] = x as Image;
  const [filters, perGroup, kernelHeight, kernelWidth] = w as Image;
  const [, , outHeight, outWidth] = y as Image;
  for (let wi = 0; wi < numel(w); wi++) {
    const kx = wi % kernelWidth;
    const ky = Math.floor(wi / kernelWidth) % kernelHeight;
    const c = Math.floor(wi / (kernelWidth * kernelHeight)) % perGroup;
    const filter = Math.floor(wi / (kernelWidth * kernelHeight * perGroup));
    const channel = Math.floor(filter / (filters / groups)) * perGroup + c;
    // Row r of y meets row r·stride + top of x, wherever that is inside of the image; columns likewise.
    const top = ky * dilations[0] - pads[0];
    const left = kx * dilations[1] - pads[1];
    const [firstRow, endRow] = inside(top, strides[0], height, outHeight);
    const [first, end] = inside(left, strides[1], width, outWidth);
    if (first >= end) continue;
    for (let n = 0; n < batch; n++) {
      for (let row = firstRow; row < endRow; row++) {
        const xi = ((n * channels + channel) * height + row * strides[0] + top) * width + first * strides[1] + left;
        const yi = ((n * filters + filter) * outHeight + row) * outWidth + first;
        visit(xi, wi, yi, end - first);
      }
    }
  }
}

/** The range of `i` below `count` for which `i·stride + start` is from 0 to `size − 1`. */
function inside(start: number, stride: number, size: number, count: number): readonly [number, number] {
  return [Math.max(0, Math.ceil(-start / stride)), Math.min(count, Math.floor((size - 1 - start) / stride) + 1)];
}

/** For each element of the result `y` of pooling `x`: its offset, and those of the pixels in its window in row-major order. */
function forEachWindow(
  x: Shape,
  y: Shape,
  { kernel, strides, pads }: Pool2dAttrs,
  visit: (yi: number, pixels: readonly number[]) => void,
): void {
  const [, , height, width] = x as Image;
  const [, , outHeight, outWidth] = y as Image;
  for (let yi = 0; yi < numel(y); yi++) {
    const left = (yi % outWidth) * strides[1] - pads[1];
    const top = (Math.floor(yi / outWidth) % outHeight) * strides[0] - pads[0];
    const plane = Math.floor(yi / (outWidth * outHeight)) * height * width;
    const pixels: number[] = [];
    for (let row = Math.max(0, top); row < Math.min(height, top + kernel[0]); row++) {
      for (let column = Math.max(0, left); column < Math.min(width, left + kernel[1]); column++) {
        pixels.push(plane + row * width + column);
      }
    }
    visit(yi, pixels);
  }
}

/** The first largest pixel, or the last that is NaN, as in PyTorch. */
function largest(data: ArrayLike<number>, pixels: readonly number[]): number {
  return pixels.reduce((best, xi) => {
    const v = data[xi] as number;
    return v > (data[best] as number) || Number.isNaN(v) ? xi : best;
  });
}
