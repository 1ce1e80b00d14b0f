import type { Conv2dInputGradAttrs } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import type { Value } from '../../model/value.ts';
import { convAttributes } from './conv2d.ts';
import { imageShape } from './geometry.ts';

export type InputGradStrategy = 'transposed';

/** The gradient is the transposed convolution, which ONNX has. */
export function transposedConv(b: GraphBuilder, dy: Value, w: Value, attrs: Conv2dInputGradAttrs): Value {
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
}
