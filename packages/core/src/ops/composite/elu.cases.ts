import { tensor } from '../../ir/ndarray.ts';
import { type Cases, distinct, prefixed } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import type { EluAttrs } from './elu.ts';

const ELU: EluAttrs = { alpha: 1, scale: 1, inputScale: 1 };
const ALL: EluAttrs = { alpha: 1.5, scale: 2, inputScale: 0.5 };

export const eluCases: Cases<'elu'> = [
  {
    name: 'known values',
    inputs: [tensor([2, 1, -1, -2])],
    attrs: ELU,
    expected: tensor([2, 1, -0.6321205588285577, -0.8646647167633873]),
  },
  {
    name: 'known values with three factors',
    inputs: [tensor([2, -2])],
    attrs: ALL,
    expected: tensor([4, -1.8963616764856731]),
  },
  {
    name: 'zero',
    inputs: [tensor([0])],
    attrs: ALL,
    expected: tensor([0]),
    grad: false,
    reason: 'a kink; the gradient is that from the left, as in PyTorch',
    expectedGrads: { dy: tensor([1]), grads: [tensor([1.5])] },
  },
  {
    name: 'far from 0',
    inputs: [tensor([1e4, 100, -100, -1e4])],
    attrs: ELU,
    expected: tensor([1e4, 100, -1, -1]),
  },
  {
    name: 'the ends',
    inputs: [tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])],
    attrs: ELU,
    expected: tensor([Number.POSITIVE_INFINITY, -1, Number.NaN]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases(distinct).map((c) => ({ ...c, attrs: ELU })),
  ...prefixed(
    'three factors',
    unaryCases(distinct).map((c) => ({ ...c, attrs: ALL })),
  ),
];
