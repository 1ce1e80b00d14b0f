import type { NDArray } from '@descent/core';
import { fold } from '@descent/core/random';
import { symmetricBeta } from './beta.ts';
import { below, draws } from './draws.ts';
import { expectImage, planesOf } from './image.ts';
import type { BatchKernel } from './kernel.ts';
import { mixRows, probabilities } from './labels.ts';
import { type MixData, type MixOptions, mixData } from './mixup.ts';
import type { BatchTransformOf } from './transform.ts';

/**
 * A random rectangle of each image `[batch, …, height, width]` is taken from the one before it in the batch, and the labels, as float32
 * `[batch, classes]`, mix by the shares of the area (Yun et al., "CutMix", 2019). One rectangle a batch, as in torchvision: its area is about
 * `1 − λ`, less where it reaches over the border. Throws as `mixup` does.
 */
export function cutmix(options: MixOptions): BatchTransformOf<'cutmix', MixData> {
  return { batchTransform: 'cutmix', options: mixData('cutmix', options) };
}

export const cutmixKernel: BatchKernel<MixData> = {
  changes: 'samples',
  label: ({ alpha }) => (alpha === 1 ? '' : `alpha ${alpha}`),
  apply(batch, { classes, alpha }, key) {
    const { x } = batch;
    expectImage({ shape: x.shape.slice(1) });
    const { height, width } = planesOf(x.shape);
    const radius = 0.5 * Math.sqrt(1 - symmetricBeta(key, alpha));
    const [u, v] = draws(fold(key, 'place'), 2) as [number, number];
    const [fromX, toX] = interval(below(width, u), Math.trunc(radius * width), width);
    const [fromY, toY] = interval(below(height, v), Math.trunc(radius * height), height);
    const share = 1 - ((toX - fromX) * (toY - fromY)) / (width * height);
    return {
      ...batch,
      x: pasted(x, fromX, toX, fromY, toY),
      y: mixRows(probabilities(batch, classes), share),
    };
  },
};

function interval(middle: number, half: number, size: number): readonly [number, number] {
  return [Math.max(middle - half, 0), Math.min(middle + half, size)];
}

/** The batch with the rectangle of each image taken from the image before. */
function pasted(x: NDArray, fromX: number, toX: number, fromY: number, toY: number): NDArray {
  const { height, width } = planesOf(x.shape);
  const plane = height * width;
  const size = x.data.length / Math.max(x.shape[0] as number, 1);
  // Both arrays have the element type of `x`; the compiler cannot see that, so both go by the name of one of them.
  const source = x.data as Uint8Array;
  const data = source.slice();
  if (toX > fromX) {
    for (let start = 0; start < data.length; start += plane) {
      const before = start < size ? start + data.length - size : start - size;
      for (let row = fromY * width; row < toY * width; row += width) {
        data.set(source.subarray(before + row + fromX, before + row + toX), start + row + fromX);
      }
    }
  }
  return { ...x, data };
}
