import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';
import type { PadAttrs } from './_pad-op.ts';

const PADS: Readonly<Record<string, readonly [Shape, PadAttrs]>> = {
  'in front': [[2, 3], { before: [1, 2], after: [0, 0], interior: [0, 0], value: 0 }],
  behind: [[2, 3], { before: [0, 0], after: [2, 1], interior: [0, 0], value: 0 }],
  'all sides, a value': [[2, 3], { before: [1, 1], after: [1, 2], interior: [0, 0], value: -1.5 }],
  'between rows': [[3, 2], { before: [0, 0], after: [0, 0], interior: [1, 0], value: 0 }],
  'everywhere, a value': [[3, 2], { before: [1, 0], after: [2, 1], interior: [2, 1], value: 2.5 }],
  'images of a batch': [[2, 1, 3, 2], { before: [0, 0, 1, 2], after: [0, 0, 2, 1], interior: [0, 0, 1, 1], value: 0 }],
  'nothing to add': [[2, 3], { before: [0, 0], after: [0, 0], interior: [0, 0], value: 7 }],
  'one element has no neighbours': [[1], { before: [1], after: [0], interior: [3], value: 0 }],
  'a scalar': [[], { before: [], after: [], interior: [], value: 0 }],
};

export const padCases: Cases<'pad'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ],
    attrs: { before: [1, 0], after: [0, 2], interior: [0, 1], value: 9 },
    expected: tensor([
      [9, 9, 9, 9, 9],
      [1, 9, 2, 9, 9],
      [3, 9, 4, 9, 9],
    ]),
  },
  ...Object.entries(PADS).map(([name, [shape, attrs]], i) => ({ name, inputs: [values(shape, i + 1)], attrs })),
  {
    name: 'no elements',
    inputs: [zeros([0, 2])],
    attrs: { before: [1, 0], after: [1, 1], interior: [2, 0], value: 3 },
    expected: tensor([
      [3, 3, 3],
      [3, 3, 3],
    ]),
  },
  {
    name: 'minus infinity',
    inputs: [tensor([1, 2])],
    attrs: { before: [1], after: [0], interior: [0], value: Number.NEGATIVE_INFINITY },
    expected: tensor([Number.NEGATIVE_INFINITY, 1, 2]),
    grad: false,
    reason: 'no finite difference of a sum with infinity',
  },
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([2, 3], 9)],
    attrs: { before: [0, 1], after: [1, 1], interior: [0, 1], value: 1 },
  })),
];
