import { tensor, zeros } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { EVERY_TYPE } from './_cases.ts';

const X = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

export const flipCases: Cases<'flip'> = [
  {
    name: 'known rows',
    inputs: [X],
    attrs: { axes: [1] },
    expected: tensor([
      [3, 2, 1],
      [6, 5, 4],
    ]),
  },
  {
    name: 'known columns',
    inputs: [X],
    attrs: { axes: [0] },
    expected: tensor([
      [4, 5, 6],
      [1, 2, 3],
    ]),
  },
  {
    name: 'known both',
    inputs: [X],
    attrs: { axes: [0, 1] },
    expected: tensor([
      [6, 5, 4],
      [3, 2, 1],
    ]),
  },
  ...[[0], [1], [2], [0, 2], [0, 1, 2], []].map((axes) => ({
    name: `axes [${axes}]`,
    inputs: [values([2, 3, 4], 1)],
    attrs: { axes },
  })),
  { name: 'height and width of an image batch', inputs: [values([2, 3, 4, 2], 2)], attrs: { axes: [2, 3] } },
  ...[[0, 2, 4], [1, 3], [4]].map((axes) => ({
    name: `five axes, of which [${axes}]`,
    inputs: [values([2, 3, 2, 2, 3], 3)],
    attrs: { axes },
  })),
  { name: 'one element', inputs: [tensor([7])], attrs: { axes: [0] }, expected: tensor([7]) },
  { name: 'a scalar', inputs: [tensor(7)], attrs: { axes: [] }, expected: tensor(7) },
  { name: 'no elements', inputs: [zeros([0, 3])], attrs: { axes: [0, 1] }, expected: zeros([0, 3]) },
  ...Object.entries(EVERY_TYPE).map(([type, draw]) => ({
    name: type,
    inputs: [draw([4, 3], 9)],
    attrs: { axes: [0] },
  })),
];
