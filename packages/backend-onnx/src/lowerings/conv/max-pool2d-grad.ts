import { numel } from '@descent/core/backend';
import type { Pool2dAttrs } from '@descent/core/ops';
import type { GraphBuilder } from '../../model/builder.ts';
import {
  binary,
  cast,
  compare,
  filled,
  floats,
  interleave,
  pad,
  reshape,
  scatterAdd,
  slice,
  upsample,
  where,
} from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import { imageShape, padImage, tapOf, taps } from './geometry.ts';
import { maxPool, poolAttributes } from './pool2d.ts';

/**
 * `'firstMax'`: for windows that tile the image. Marks the pixels that equal their window's maximum by their rank, last to first, and
 * pools the marks: the largest mark is that of the first maximum. No indices, no scattering.
 * `'indices'`: pools again with indices, which ONNX Runtime computes ten times slower, and scatters the gradients. Any windows.
 * `'taps'`: compares position by position, and adds up the shifted gradients. Any windows, without indices.
 */
export type MaxPoolGradStrategy = 'firstMax' | 'indices' | 'taps';

type MaxPoolGrad = (b: GraphBuilder, x: Value, y: Value, dy: Value, attrs: Pool2dAttrs) => Value;

const firstMax: MaxPoolGrad = (b, x, y, dy, attrs) => {
  const { kernel } = attrs;
  const [, , height, width] = imageShape(x);
  const [, , rows, columns] = imageShape(y);
  const [covered, coveredWidth] = [rows * kernel[0], columns * kernel[1]];
  const image = slice(b, x, [
    { axis: 2, start: 0, end: covered },
    { axis: 3, start: 0, end: coveredWidth },
  ]);
  const last = kernel[0] * kernel[1];
  const ranks = Array.from({ length: covered * coveredWidth }, (_, i) => {
    const [row, column] = [Math.floor(i / coveredWidth) % kernel[0], i % kernel[1]];
    return last - row * kernel[1] - column;
  });
  const isMax = cast(b, compare(b, 'Equal', image, upsample(b, y, kernel)), 'float32');
  const marks = binary(b, 'Mul', isMax, floats(b, [covered, coveredWidth], ranks));
  const best = maxPool(b, marks, attrs, y);
  const isFirst = cast(b, compare(b, 'Equal', marks, upsample(b, best, kernel)), 'float32');
  const dx = binary(b, 'Mul', upsample(b, dy, kernel), isFirst);
  return padImage(b, dx, [0, 0, height - covered, width - coveredWidth]);
};

const indices: MaxPoolGrad = (b, x, y, dy, attrs) => {
  const count = numel(x.shape);
  const [, winners] = b.addMany('MaxPool', [x], [y, { dtype: 'int64', shape: y.shape }], poolAttributes(attrs)) as [
    Value,
    Value,
  ];
  const all = [numel(y.shape)];
  const dx = scatterAdd(b, filled(b, [count], 0), reshape(b, winners, all), reshape(b, dy, all), 0);
  return reshape(b, dx, x.shape);
};

const byTaps: MaxPoolGrad = (b, x, y, dy, { kernel, strides, pads }) => {
  const [, , height, width] = imageShape(x);
  const [, , rows, columns] = imageShape(y);
  // NaN equals nothing, so padding never wins, whatever the pixels are.
  const padded = padImage(b, x, pads, pads.some((p) => p > 0) ? b.scalar(Number.NaN) : undefined);
  const [, , paddedHeight, paddedWidth] = imageShape(padded);
  const zero = b.scalar(0);
  let open: Value | null = null;
  let sum: Value | null = null;
  for (const tap of taps(kernel)) {
    const isMax = compare(b, 'Equal', tapOf(b, padded, tap, [rows, columns], strides, [1, 1]), y);
    const wins: Value = open === null ? isMax : compare(b, 'And', isMax, open);
    const isNot = b.add('Not', [isMax], isMax);
    open = open === null ? isNot : compare(b, 'And', open, isNot);
    const spread = interleave(b, where(b, wins, dy, zero), [0, 0, strides[0] - 1, strides[1] - 1]);
    const [, , spreadHeight, spreadWidth] = imageShape(spread);
    const after = [paddedHeight - tap[0] - spreadHeight, paddedWidth - tap[1] - spreadWidth];
    const part = pad(b, spread, [0, 0, tap[0], tap[1]], [0, 0, ...after]);
    sum = sum === null ? part : binary(b, 'Add', sum, part);
  }
  const [top, left] = pads;
  return slice(b, sum as Value, [
    { axis: 2, start: top, end: top + height },
    { axis: 3, start: left, end: left + width },
  ]);
};

export const maxPoolGrads: Readonly<Record<MaxPoolGradStrategy, MaxPoolGrad>> = { firstMax, indices, taps: byTaps };
