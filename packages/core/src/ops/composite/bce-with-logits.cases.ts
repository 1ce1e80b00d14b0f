import { tensor } from '../../ir/ndarray.ts';
import { type Cases, type Draw, distinct, values } from '../cases.ts';
import { binaryCases } from '../elementwise/_cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

const shares: Draw = (shape, seed) => values(shape, seed, { low: 0, high: 1 });

export const bceWithLogitsCases: Cases<'bceWithLogits'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 2]), tensor([1, 1, 1, 0.25])],
    attrs: NO_ATTRS,
    expected: tensor([Math.LN2, 0.3132616875182228, 1.3132616875182228, 1.6269280110429725]),
    expectedGrads: {
      dy: tensor([1, 1, 2, 1]),
      grads: [tensor([-0.5, -0.2689414213699951, -1.4621171572600098, 0.6307970779778824]), tensor([0, -1, 2, -2])],
    },
    grad: false,
    reason: 'its parts have kinks at 0',
  },
  {
    name: 'large logits neither overflow nor lose the loss',
    inputs: [tensor([1000, -1000, 1000, -1000, 50]), tensor([1, 0, 0, 1, 1])],
    attrs: NO_ATTRS,
    expected: tensor([0, 0, 1000, 1000, 1.9287498479639178e-22]),
  },
  ...binaryCases(distinct, shares),
];
