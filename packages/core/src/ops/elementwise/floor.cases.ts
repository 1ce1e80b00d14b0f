import { type NDArray, tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const floorCases: Cases<'floor'> = [
  {
    name: 'known values',
    inputs: [tensor([-2.5, -2, -0.5, 0.5, 2, 2.75])],
    attrs: NO_ATTRS,
    expected: tensor([-3, -2, -1, 0, 2, 2]),
    expectedGrads: { dy: tensor([1, 1, 1, 1, 1, 1]), grads: [tensor([0, 0, 0, 0, 0, 0])] },
    grad: false,
    reason: 'it jumps at whole numbers',
  },
  ...unaryCases((shape, seed) => betweenIntegers(values(shape, seed))),
];

/** Moves each value to at least 0.1 from the whole numbers around it. */
function betweenIntegers(x: NDArray): NDArray {
  return { ...x, data: (x.data as Float32Array).map((v) => Math.floor(v) + 0.1 + 0.8 * (v - Math.floor(v))) };
}
