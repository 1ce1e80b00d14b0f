import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';

const AXES: readonly (readonly [Shape, axes: readonly number[]])[] = [
  [[3, 4], [1]],
  [[3, 4], [0]],
  [
    [2, 3, 4],
    [1, 2],
  ],
  [
    [2, 3, 2, 2],
    [0, 2, 3],
  ],
  [[5], [0]],
  [[2, 3], []],
  [[0, 3], [1]],
];

export const standardizeCases: Cases<'standardize'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [1, 3],
        [-2, 6],
      ]),
    ],
    attrs: { axes: [1], eps: 0, centered: true },
    expected: tensor([
      [-1, 1],
      [-1, 1],
    ]),
    grad: false,
    reason: 'two numbers always become ±1, so the gradient is 0, which rounding hides',
  },
  {
    name: 'known values, the mean left in',
    inputs: [tensor([[3, 4, 0, 0, 0]])],
    attrs: { axes: [1], eps: 0, centered: false },
    expected: tensor([[1.3416407864998738, 1.7888543819998317, 0, 0, 0]]),
  },
  {
    name: 'epsilon counts',
    inputs: [tensor([[-1, 1, -1, 1]])],
    attrs: { axes: [1], eps: 3, centered: true },
    expected: tensor([[-0.5, 0.5, -0.5, 0.5]]),
  },
  {
    name: 'all equal',
    inputs: [tensor([[7, 7, 7]])],
    attrs: { axes: [1], eps: 1, centered: true },
    expected: zeros([1, 3]),
  },
  {
    name: 'a large mean costs no digits of the variance',
    inputs: [tensor([[16385, 16383, 16386, 16382]])],
    attrs: { axes: [1], eps: 0, centered: true },
    expected: tensor([[0.6324555320336759, -0.6324555320336759, 1.2649110640673518, -1.2649110640673518]]),
  },
  ...[true, false].flatMap((centered) =>
    AXES.map(([shape, axes], i) => ({
      name: `[${shape}] over [${axes}]${centered ? '' : ', the mean left in'}`,
      inputs: [values(shape, i + 1)],
      attrs: { axes, eps: 0.1, centered },
    })),
  ),
];
