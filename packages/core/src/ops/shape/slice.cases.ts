import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';
import type { SliceAttrs } from './slice.ts';

const RANGES: Readonly<Record<string, readonly [Shape, SliceAttrs]>> = {
  'the first rows': [[4, 3], { starts: [0, 0], ends: [2, 3], steps: [1, 1] }],
  'the last rows': [[4, 3], { starts: [2, 0], ends: [4, 3], steps: [1, 1] }],
  'a window': [[4, 5], { starts: [1, 2], ends: [3, 4], steps: [1, 1] }],
  'step 2, even': [[6], { starts: [0], ends: [6], steps: [2] }],
  'step 2, odd': [[7], { starts: [0], ends: [7], steps: [2] }],
  'step 2 from 1': [[7], { starts: [1], ends: [7], steps: [2] }],
  'step 3 that ends early': [[9], { starts: [1], ends: [6], steps: [3] }],
  'step beyond the end': [[4], { starts: [1], ends: [3], steps: [5] }],
  'steps on two axes': [[5, 6], { starts: [1, 0], ends: [5, 5], steps: [3, 2] }],
  'an inner axis': [[2, 5, 3], { starts: [0, 1, 0], ends: [2, 4, 3], steps: [1, 2, 1] }],
  'four axes': [[2, 3, 4, 4], { starts: [0, 1, 1, 1], ends: [2, 3, 3, 4], steps: [1, 1, 1, 2] }],
  everything: [[2, 3], { starts: [0, 0], ends: [2, 3], steps: [1, 1] }],
  'one element': [[3], { starts: [2], ends: [3], steps: [1] }],
  nothing: [[3, 2], { starts: [1, 0], ends: [1, 2], steps: [1, 1] }],
  'nothing with a step': [[3, 2], { starts: [3, 0], ends: [3, 2], steps: [2, 1] }],
  'a scalar': [[], { starts: [], ends: [], steps: [] }],
};

export const sliceCases: Cases<'slice'> = [
  {
    name: 'known values',
    inputs: [
      tensor([
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10],
      ]),
    ],
    attrs: { starts: [0, 1], ends: [2, 5], steps: [1, 2] },
    expected: tensor([
      [2, 4],
      [7, 9],
    ]),
  },
  ...Object.entries(RANGES).map(([name, [shape, attrs]], i) => ({ name, inputs: [values(shape, i + 1)], attrs })),
  {
    name: 'no elements to take from',
    inputs: [zeros([0, 3])],
    attrs: { starts: [0, 0], ends: [0, 2], steps: [1, 1] },
    expected: zeros([0, 2]),
  },
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([4, 5], 9)],
    attrs: { starts: [1, 0], ends: [4, 5], steps: [1, 2] },
  })),
];
