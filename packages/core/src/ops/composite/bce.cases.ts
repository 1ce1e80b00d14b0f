import { tensor } from '../../ir/ndarray.ts';
import { type Cases, type Draw, values } from '../cases.ts';
import { binaryCases } from '../elementwise/_cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

const shares: Draw = (shape, seed) => values(shape, seed, { low: 0, high: 1 });
const inside: Draw = (shape, seed) => values(shape, seed, { low: 0.125, high: 0.875 });

export const bceCases: Cases<'bce'> = [
  {
    name: 'known values',
    inputs: [tensor([0.5, 0.25, 0.75, 0.5]), tensor([1, 0, 1, 0.25])],
    attrs: NO_ATTRS,
    expected: tensor([Math.LN2, 0.2876820724517809, 0.2876820724517809, Math.LN2]),
  },
  {
    name: 'probabilities of exactly 0 and 1',
    inputs: [tensor([0, 1, 0, 1]), tensor([0, 1, 1, 0])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0, 100, 100]),
    expectedGrads: {
      dy: tensor([1, 1, 1, 1]),
      grads: [tensor([0, 0, -1e12, 1e12]), tensor([100, -100, 100, -100])],
    },
    grad: false,
    reason: 'the function has no values beyond 0 and 1',
  },
  ...binaryCases(inside, shares),
];
