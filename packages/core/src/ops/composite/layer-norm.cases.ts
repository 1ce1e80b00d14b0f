import { tensor } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';

const SHAPES: readonly (readonly [Shape, axis: number])[] = [
  [[3, 4], 1],
  [[2, 3, 4], 2],
  [[2, 3, 4], 1],
  [[2, 3], 0],
  [[5], 0],
  [[0, 3], 1],
];

export const layerNormCases: Cases<'layerNorm'> = [
  {
    name: 'known values',
    inputs: [tensor([[-1, 1, -1, 1]]), tensor([1, 2, 3, 4]), tensor([0, 1, 2, 3])],
    attrs: { axis: 1, eps: 3 },
    expected: tensor([[-0.5, 2, 0.5, 5]]),
  },
  {
    name: 'a large mean costs no digits of the variance',
    inputs: [tensor([[16385, 16383, 16386, 16382]]), tensor([1, 1, 1, 1])],
    attrs: { axis: 1, eps: 0 },
    expected: tensor([[0.6324555320336759, -0.6324555320336759, 1.2649110640673518, -1.2649110640673518]]),
  },
  { name: 'without weight and bias', inputs: [values([3, 4], 1)], attrs: { axis: 1, eps: 0.1 } },
  { name: 'without bias', inputs: [values([2, 3, 4], 2), values([3, 4], 3)], attrs: { axis: 1, eps: 0.1 } },
  ...SHAPES.map(([shape, axis], i) => ({
    name: `[${shape}] from axis ${axis}`,
    inputs: [values(shape, i + 4), values(shape.slice(axis), i + 5), values(shape.slice(axis), i + 6)],
    attrs: { axis, eps: 0.1 },
  })),
];
