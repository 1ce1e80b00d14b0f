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
 * `'unpooled'`: for windows that tile the image. Marks the pixels that equal their window's maximum by their position, counted from the
 * end, and pools the marks: the largest mark is that of the first maximum, and tells ONNX's MaxUnpool where the gradient goes.
 * `'firstMax'`: for windows that tile the image, with operators that every provider has: repeats the largest marks over their windows and
 * keeps the gradient where they meet.
 * `'indices'`: pools again with indices, which ONNX Runtime computes ten times slower, and scatters the gradients. Any windows.
 * `'taps'`: compares position by position, and adds up the shifted gradients. Any windows, without indices.
 */
export type MaxPoolGradStrategy = 'unpooled' | 'firstMax' | 'indices' | 'taps';

type MaxPoolGrad = (b: GraphBuilder, x: Value, y: Value, dy: Value, attrs: Pool2dAttrs) => Value;

/** The part of the images that windows cover, and the marks of the maxima in it: `rank(row, column)`, 0 for other pixels. */
function mark(
  b: GraphBuilder,
  x: Value,
  y: Value,
  { kernel }: Pool2dAttrs,
  rank: (row: number, column: number, width: number, height: number) => number,
): Value {
  const [, , rows, columns] = imageShape(y);
  const [height, width] = [rows * kernel[0], columns * kernel[1]];
  const covered = slice(b, x, [
    { axis: 2, start: 0, end: height },
    { axis: 3, start: 0, end: width },
  ]);
  const isMax = cast(b, compare(b, 'Equal', covered, upsample(b, y, kernel)), 'float32');
  const ranks = Array.from({ length: height * width }, (_, i) => rank(Math.floor(i / width), i % width, width, height));
  return binary(b, 'Mul', isMax, floats(b, [height, width], ranks));
}

/** Zeros for the rows and columns at the end that no window covers. */
function uncovered(b: GraphBuilder, dx: Value, x: Value): Value {
  const [, , height, width] = imageShape(dx);
  return padImage(b, dx, [0, 0, (x.shape[2] as number) - height, (x.shape[3] as number) - width]);
}

const firstMax: MaxPoolGrad = (b, x, y, dy, attrs) => {
  const { kernel } = attrs;
  const marks = mark(
    b,
    x,
    y,
    attrs,
    (row, column) => kernel[0] * kernel[1] - (row % kernel[0]) * kernel[1] - (column % kernel[1]),
  );
  const best = maxPool(b, marks, attrs, y);
  const isFirst = cast(b, compare(b, 'Equal', marks, upsample(b, best, kernel)), 'float32');
  return uncovered(b, binary(b, 'Mul', upsample(b, dy, kernel), isFirst), x);
};

const unpooled: MaxPoolGrad = (b, x, y, dy, attrs) => {
  const [batch, channels] = imageShape(y);
  const marks = mark(b, x, y, attrs, (row, column, width, height) => height * width - 1 - (row * width + column));
  const [, , height, width] = imageShape(marks);
  const best = cast(b, maxPool(b, marks, attrs, y), 'int64');
  const ends = BigInt64Array.from({ length: batch * channels }, (_, plane) => BigInt((plane + 1) * height * width - 1));
  const index = binary(b, 'Sub', b.constant({ dtype: 'int64', shape: [batch, channels, 1, 1], data: ends }), best);
  const { strides } = attrs;
  const dx = b.add(
    'MaxUnpool',
    [dy, index],
    { dtype: 'float32', shape: marks.shape },
    { kernel_shape: attrs.kernel, strides },
  );
  return uncovered(b, dx, x);
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

export const maxPoolGrads: Readonly<Record<MaxPoolGradStrategy, MaxPoolGrad>> = {
  unpooled,
  firstMax,
  indices,
  taps: byTaps,
};
