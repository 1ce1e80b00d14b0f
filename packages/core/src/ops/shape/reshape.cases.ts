import { tensor } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';

const SHAPES: readonly (readonly [Shape, Shape])[] = [
  [[2, 3], [6]],
  [[6], [2, 3]],
  [
    [2, 3, 2, 2],
    [2, 12],
  ],
  [
    [2, 3],
    [1, 2, 1, 3],
  ],
  [[1], []],
  [[], [1, 1]],
  [
    [0, 4],
    [2, 0],
  ],
  [
    [2, 3],
    [2, 3],
  ],
];

export const reshapeCases: Cases<'reshape'> = [
  {
    name: 'keeps the row-major order',
    inputs: [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    attrs: { shape: [3, 2] },
    expected: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  },
  ...SHAPES.map(([from, shape], i) => ({
    name: `[${from}] to [${shape}]`,
    inputs: [values(from, i + 1)],
    attrs: { shape },
  })),
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([4, 3], 9)],
    attrs: { shape: [2, 6] },
  })),
];
