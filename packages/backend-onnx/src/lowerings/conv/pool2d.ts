import type { AvgPool2dAttrs, AvgPool2dGradAttrs, Pool2dAttrs } from '@descent/core/ops';
import type { GraphBuilder, ResultType } from '../../model/builder.ts';
import type { Attributes } from '../../model/graph.ts';
import { binary, floats, reshape, upsample } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import { imageShape, padImage } from './geometry.ts';

export function poolAttributes({ kernel, strides, pads }: Pool2dAttrs): Attributes {
  return { kernel_shape: kernel, strides, ...(pads.every((p) => p === 0) ? {} : { pads }) };
}

export function maxPool(b: GraphBuilder, x: Value, attrs: Pool2dAttrs, result: ResultType): Value {
  return b.add('MaxPool', [x], result, poolAttributes(attrs));
}

export function avgPool(b: GraphBuilder, x: Value, attrs: AvgPool2dAttrs, result: ResultType): Value {
  return b.add('AveragePool', [x], result, {
    ...poolAttributes(attrs),
    ...(attrs.countIncludePad ? { count_include_pad: 1 } : {}),
  });
}

/**
 * `'upsampled'`: for windows that tile the image, repeats each gradient over its window.
 * `'transposed'`: a transposed convolution with a kernel of ones. Any windows.
 */
export type AvgPoolGradStrategy = 'upsampled' | 'transposed';

type AvgPoolGrad = (b: GraphBuilder, dy: Value, attrs: AvgPool2dGradAttrs) => Value;

const upsampled: AvgPoolGrad = (b, dy, { kernel, inputSize }) => {
  const dx = upsample(b, binary(b, 'Mul', dy, b.scalar(1 / (kernel[0] * kernel[1]))), kernel);
  const [, , height, width] = imageShape(dx);
  return padImage(b, dx, [0, 0, inputSize[0] - height, inputSize[1] - width]);
};

const transposed: AvgPoolGrad = (b, dy, attrs) => {
  const { kernel, strides, pads, inputSize } = attrs;
  const [batch, channels, rows, columns] = imageShape(dy);
  const shares = binary(b, 'Div', dy, floats(b, [rows, columns], windowSizes(attrs, [rows, columns])));
  // Every channel alike, so channels count as images.
  const planes = reshape(b, shares, [Math.sign(batch) * Math.abs(batch * channels), 1, rows, columns]);
  const size = ([0, 1] as const).map(
    (i) => ([rows, columns][i] as number) * strides[i] - strides[i] + kernel[i] - pads[i] - pads[(i + 2) as 2 | 3],
  );
  const left = inputSize.map((n, i) => n - (size[i] as number));
  const ones = floats(b, [1, 1, ...kernel], new Array(kernel[0] * kernel[1]).fill(1));
  const spread = b.add(
    'ConvTranspose',
    [planes, ones],
    { dtype: 'float32', shape: [planes.shape[0] as number, 1, ...inputSize] },
    {
      ...poolAttributes(attrs),
      ...(left.every((n) => n === 0) ? {} : { output_padding: left }),
    },
  );
  return reshape(b, spread, [batch, channels, ...inputSize]);
};

/** By how many pixels the sum of each window is divided. */
function windowSizes(
  { kernel, strides, pads, inputSize, countIncludePad }: AvgPool2dGradAttrs,
  [rows, columns]: readonly [number, number],
): number[] {
  const sizes = (axis: 0 | 1, count: number): number[] =>
    Array.from({ length: count }, (_, i) => {
      const start = i * strides[axis] - pads[axis];
      return countIncludePad ? kernel[axis] : Math.min(inputSize[axis], start + kernel[axis]) - Math.max(0, start);
    });
  const widths = sizes(1, columns);
  return sizes(0, rows).flatMap((h) => widths.map((w) => h * w));
}

export const avgPoolGrads: Readonly<Record<AvgPoolGradStrategy, AvgPoolGrad>> = { upsampled, transposed };
