import type { Conv2dInputGradAttrs, Pads } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import { flip, reshape, transpose } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import { conv2d, convAttributes } from './conv2d.ts';
import { imageShape } from './geometry.ts';

/**
 * `'transposed'`: the transposed convolution, which ONNX has; its last stage runs on one thread. Works for every attribute.
 * `'flipped'`: an ordinary convolution with the weight turned round, for stride 1 and padding less than the kernel.
 */
export type InputGradStrategy = 'transposed' | 'flipped';

type InputGrad = (b: GraphBuilder, dy: Value, w: Value, attrs: Conv2dInputGradAttrs) => Value;

const transposed: InputGrad = (b, dy, w, attrs) => {
  const { inputSize, strides, pads, dilations, groups } = attrs;
  const [batch, , rows, columns] = imageShape(dy);
  const kernel = w.shape.slice(2);
  // Rows and columns of the image that no window reached are not part of what ONNX computes unless it is told how many they are.
  const left = ([0, 1] as const).map((i) => {
    const reached =
      ([rows, columns][i] as number) * strides[i] - strides[i] + dilations[i] * ((kernel[i] as number) - 1) + 1;
    return inputSize[i] - (reached - pads[i] - (pads[i + 2] as number));
  });
  const shape = [batch, (w.shape[1] as number) * groups, ...inputSize];
  return b.add(
    'ConvTranspose',
    [dy, w],
    { dtype: 'float32', shape },
    {
      kernel_shape: kernel,
      ...convAttributes(attrs),
      ...(left.every((n) => n === 0) ? {} : { output_padding: left }),
    },
  );
};

const flipped: InputGrad = (b, dy, w, attrs) => {
  const { inputSize, pads, dilations, groups } = attrs;
  const [filters, perGroup, height, width] = imageShape(w);
  const turned = flip(b, w, [2, 3]);
  const grouped = reshape(b, turned, [groups, filters / groups, perGroup, height, width]);
  const weight = reshape(b, transpose(b, grouped, [0, 2, 1, 3, 4]), [
    groups * perGroup,
    filters / groups,
    height,
    width,
  ]);
  const [reachY, reachX] = [dilations[0] * (height - 1), dilations[1] * (width - 1)];
  const around: Pads = [reachY - pads[0], reachX - pads[1], reachY - pads[2], reachX - pads[3]];
  const result = { dtype: 'float32', shape: [dy.shape[0] as number, groups * perGroup, ...inputSize] } as const;
  return conv2d(b, dy, weight, null, { strides: [1, 1], pads: around, dilations, groups }, result);
};

export function canFlip({ strides, pads, dilations }: Conv2dInputGradAttrs, kernel: readonly number[]): boolean {
  const reach = (i: number): number => (dilations[i % 2] as number) * ((kernel[i % 2] as number) - 1);
  return strides.every((s) => s === 1) && pads.every((p, i) => p <= reach(i));
}

export const inputGrads: Readonly<Record<InputGradStrategy, InputGrad>> = { transposed, flipped };
