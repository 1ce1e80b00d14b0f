import { tensor } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';

const SHAPES: readonly (readonly [Shape, Shape])[] = [
  [[], [2, 3]],
  [[], []],
  [[3], [2, 3]],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [1, 3],
    [2, 3],
  ],
  [[1], [2, 3]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [1, 1],
    [4, 1, 5],
  ],
  [
    [2, 1, 3],
    [4, 2, 2, 3],
  ],
  [
    [1, 3],
    [0, 3],
  ],
  [
    [0, 1],
    [2, 0, 3],
  ],
];

export const broadcastToCases: Cases<'broadcastTo'> = [
  {
    name: 'repeats a row',
    inputs: [tensor([1, 2, 3])],
    attrs: { shape: [2, 3] },
    expected: tensor([
      [1, 2, 3],
      [1, 2, 3],
    ]),
  },
  {
    name: 'repeats a column',
    inputs: [tensor([[1], [2]])],
    attrs: { shape: [2, 3] },
    expected: tensor([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  },
  ...SHAPES.map(([from, shape], i) => ({
    name: `[${from}] to [${shape}]`,
    inputs: [values(from, i + 1)],
    attrs: { shape },
  })),
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([3, 1], 9)],
    attrs: { shape: [2, 3, 2] },
  })),
];
