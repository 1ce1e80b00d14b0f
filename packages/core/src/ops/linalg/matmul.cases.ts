import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import type { MatmulAttrs } from './matmul.ts';

const PLAIN: MatmulAttrs = { transposeA: false, transposeB: false };

/** Leading axes of the operands; the matrices are 2×3 and 3×4. */
const BATCHES: Readonly<Record<string, readonly [Shape, Shape]>> = {
  matrices: [[], []],
  batched: [[3], [3]],
  'batched twice': [
    [2, 3],
    [2, 3],
  ],
  'one matrix on the right': [[3], []],
  'one matrix on the left': [[], [3]],
  'broadcasts both ways': [[2, 1], [3]],
  'broadcasts ones': [
    [1, 3],
    [2, 1],
  ],
  'an empty batch': [[0], [0]],
};

const swapped = (shape: Shape): Shape => [...shape.slice(0, -2), ...shape.slice(-2).reverse()];

export const matmulCases: Cases<'matmul'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([
        [1, 0, 2],
        [0, 1, -1],
      ]),
    ],
    attrs: PLAIN,
    expected: tensor([
      [1, 2, 0],
      [3, 4, 2],
      [5, 6, 4],
    ]),
  },
  {
    name: 'known values, both transposed',
    inputs: [
      tensor([
        [1, 3, 5],
        [2, 4, 6],
      ]),
      tensor([
        [1, 0],
        [0, 1],
        [2, -1],
      ]),
    ],
    attrs: { transposeA: true, transposeB: true },
    expected: tensor([
      [1, 2, 0],
      [3, 4, 2],
      [5, 6, 4],
    ]),
  },
  ...Object.entries(BATCHES).flatMap(([name, [left, right]], i) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => {
        const [a, b] = [
          [...left, 2, 3],
          [...right, 3, 4],
        ];
        const how = transposeA
          ? transposeB
            ? ', both transposed'
            : ', A transposed'
          : transposeB
            ? ', B transposed'
            : '';
        return {
          name: `${name}${how}`,
          inputs: [values(transposeA ? swapped(a) : a, 2 * i + 1), values(transposeB ? swapped(b) : b, 2 * i + 2)],
          attrs: { transposeA, transposeB },
        };
      }),
    ),
  ),
  { name: 'row by column', inputs: [values([1, 5], 21), values([5, 1], 22)], attrs: PLAIN },
  { name: 'column by row', inputs: [values([5, 1], 21), values([1, 5], 22)], attrs: PLAIN },
  { name: 'one by one', inputs: [tensor([[3]]), tensor([[-2]])], attrs: PLAIN, expected: tensor([[-6]]) },
  { name: 'no rows', inputs: [zeros([0, 3]), values([3, 2], 23)], attrs: PLAIN, expected: zeros([0, 2]) },
  { name: 'nothing to add up', inputs: [zeros([2, 0]), zeros([0, 3])], attrs: PLAIN, expected: zeros([2, 3]) },
];
