import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import { NO_ATTRS } from '../elementwise/_types.ts';

export const softplusCases: Cases<'softplus'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1])],
    attrs: NO_ATTRS,
    expected: tensor([Math.LN2, 1.3132616875182228, 0.3132616875182228]),
    grad: false,
    reason: 'its parts have kinks at 0; the gradient below is checked',
    expectedGrads: { dy: tensor([2, 1, 1]), grads: [tensor([1, 0.7310585786300049, 0.2689414213699951])] },
  },
  {
    name: 'the ends',
    inputs: [tensor([1000, -1000, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])],
    attrs: NO_ATTRS,
    expected: tensor([1000, 0, Number.POSITIVE_INFINITY, 0, Number.NaN]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases(distinct),
];
