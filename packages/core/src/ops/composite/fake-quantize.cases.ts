import { ndarray, tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import type { FakeQuantizeAttrs } from './fake-quantize.ts';

const BYTES: FakeQuantizeAttrs = { quantMin: 0, quantMax: 255, axis: null };
const SIGNED: FakeQuantizeAttrs = { quantMin: -128, quantMax: 127, axis: null };
const number = (value: number) => ndarray('float32', [], Float32Array.of(value));
const STEPS = 'a staircase, whose finite differences are 0; the gradient goes straight through, as in PyTorch';

export const fakeQuantizeCases: Cases<'fakeQuantize'> = [
  {
    name: 'rounds, ties to even, and clips',
    inputs: [tensor([-9, -1.25, -0.25, 0.25, 0.75, 1.25, 1.3, 200]), number(0.5), number(2)],
    attrs: BYTES,
    expected: tensor([-1, -1, 0, 0, 1, 1, 1.5, 126.5]),
    grad: false,
    reason: STEPS,
    expectedGrads: {
      dy: tensor([1, 2, 3, 4, 5, 6, 7, 8]),
      grads: [tensor([0, 2, 3, 4, 5, 6, 7, 0]), number(0), number(0)],
    },
  },
  {
    name: 'signed',
    inputs: [
      tensor([
        [-40, -32, -0.1, 0.1],
        [31.7, 31.8, 33, 0.37],
      ]),
      number(0.25),
      number(0),
    ],
    attrs: SIGNED,
    expected: tensor([
      [-32, -32, 0, 0],
      [31.75, 31.75, 31.75, 0.25],
    ]),
    grad: false,
    reason: STEPS,
    expectedGrads: {
      dy: tensor([
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ]),
      grads: [
        tensor([
          [0, 1, 1, 1],
          [1, 1, 0, 1],
        ]),
        number(0),
        number(0),
      ],
    },
  },
  {
    name: 'a scale for each index of an axis',
    inputs: [
      tensor([
        [0.3, 0.3, 0.3],
        [-7, 5, 1],
      ]),
      tensor([0.5, 2, 0.25]),
      tensor([0, 1, -1]),
    ],
    attrs: { quantMin: -3, quantMax: 3, axis: 1 },
    expected: tensor([
      [0.5, 0, 0.25],
      [-1.5, 4, 1],
    ]),
    grad: false,
    reason: STEPS,
    expectedGrads: {
      dy: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      grads: [
        tensor([
          [1, 2, 3],
          [0, 5, 6],
        ]),
        tensor([0, 0, 0]),
        tensor([0, 0, 0]),
      ],
    },
  },
  {
    name: 'a scale of 0 leaves numbers as they are',
    inputs: [
      tensor([
        [0.3, 1e6],
        [-7, 5],
      ]),
      tensor([0, 0.5]),
      tensor([0, 0]),
    ],
    attrs: { ...SIGNED, axis: 0 },
    expected: tensor([
      [0.3, 1e6],
      [-7, 5],
    ]),
    grad: false,
    reason: STEPS,
    expectedGrads: {
      dy: tensor([
        [1, 2],
        [3, 4],
      ]),
      grads: [
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([0, 0]),
        tensor([0, 0]),
      ],
    },
  },
  ...([[], [0, 3], [2, 3, 2]] as const).map((shape) => ({
    name: `shape [${shape}]`,
    inputs: [distinct(shape, 3), number(0.5), number(1)],
    attrs: SIGNED,
    grad: false as const,
    reason: STEPS,
    // Nothing of it is cut.
    expectedGrads: { dy: distinct(shape, 4), grads: [distinct(shape, 4), number(0), number(0)] },
  })),
];
