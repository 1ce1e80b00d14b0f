import { tensor } from '../../ir/ndarray.ts';
import { type Cases, prefixed, values } from '../cases.ts';
import { unaryCases } from '../elementwise/_cases.ts';
import type { GeluAttrs } from './gelu.ts';

const EXACT: GeluAttrs = { approximate: 'none' };
const TANH: GeluAttrs = { approximate: 'tanh' };

export const geluCases: Cases<'gelu'> = [
  {
    name: 'known values',
    inputs: [tensor([0, 1, -1, 3, -0.5])],
    attrs: EXACT,
    expected: tensor([0, 0.8413447460685429, -0.15865525393145707, 2.9959503059021137, -0.15426876936299344]),
  },
  {
    name: 'known values of the approximation',
    inputs: [tensor([0, 1, -1, 3, -0.5])],
    attrs: TANH,
    expected: tensor([0, 0.8411919906082768, -0.15880800939172324, 2.996362607918227, -0.15428599017516514]),
  },
  { name: 'far from 0', inputs: [tensor([100, -100, 1e4, -1e4])], attrs: EXACT, expected: tensor([100, 0, 1e4, 0]) },
  {
    name: 'far from 0, approximated',
    inputs: [tensor([100, -100, 1e4, -1e4])],
    attrs: TANH,
    expected: tensor([100, 0, 1e4, 0]),
  },
  {
    name: 'not a number',
    inputs: [tensor([Number.NaN, Number.POSITIVE_INFINITY])],
    attrs: EXACT,
    expected: tensor([Number.NaN, Number.POSITIVE_INFINITY]),
    grad: false,
    reason: 'no finite difference at infinity',
  },
  ...unaryCases(values).map((c) => ({ ...c, attrs: EXACT })),
  ...prefixed(
    'approximated',
    unaryCases(values).map((c) => ({ ...c, attrs: TANH })),
  ),
];
