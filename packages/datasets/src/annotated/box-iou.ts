import { formatShape, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectHostArray } from '../arguments.ts';

/**
 * Intersection over union (Jaccard index) of every box of one list with every one of another: boxes `[n, 4]` and `[m, 4]` (left, top, right, bottom) give
 * float32 `[n, m]`, from 0 to 1. torchvision's `box_iou`, but 0 where both boxes have no area, which there is NaN.
 * @throws ShapeError for other shapes, ValueError for corners that are no numbers or in the wrong order.
 */
export function boxIou(a: NDArray, b: NDArray): NDArray<'float32'> {
  const [first, second] = [boxesOf(a), boxesOf(b)];
  const out = new Float32Array(first.length * second.length);
  for (const [i, one] of first.entries()) {
    for (const [k, other] of second.entries()) {
      const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
      const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
      const both = Math.max(width, 0) * Math.max(height, 0);
      const all = areaOf(one) + areaOf(other) - both;
      out[i * second.length + k] = all > 0 ? both / all : 0;
    }
  }
  return { dtype: 'float32', shape: [first.length, second.length], data: out };
}

type Corners = readonly [left: number, top: number, right: number, bottom: number];

function areaOf([left, top, right, bottom]: Corners): number {
  return (right - left) * (bottom - top);
}

function boxesOf(boxes: NDArray): readonly Corners[] {
  expectHostArray('boxIou', boxes);
  const { shape, data } = boxes;
  if (shape.length !== 2 || shape[1] !== 4 || data.length !== 4 * (shape[0] as number)) {
    throw new ShapeError('boxIou: these are no boxes', {
      received: formatShape(shape),
      expected: '[n, 4]: left, top, right and bottom of each',
      fix: 'give the boxes of one picture at a time',
    });
  }
  return Array.from({ length: shape[0] as number }, (_, i) => {
    const box = Array.from(data.subarray(4 * i, 4 * i + 4)) as unknown as Corners;
    if (box.every(Number.isFinite) && box[0] <= box[2] && box[1] <= box[3]) return box;
    throw new ValueError('boxIou: this is no box', {
      received: `[${box.join(', ')}] in row ${i}`,
      expected: 'left, top, right, bottom: finite numbers, left ≤ right and top ≤ bottom',
      fix: 'of x, y, width and height make x, y, x + width, y + height',
    });
  });
}
