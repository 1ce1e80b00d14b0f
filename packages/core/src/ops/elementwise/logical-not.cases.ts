import { tensor } from '../../ir/ndarray.ts';
import { bools, type Cases } from '../cases.ts';
import { unaryCases } from './_cases.ts';
import { NO_ATTRS } from './_types.ts';

export const logicalNotCases: Cases<'logicalNot'> = [
  {
    name: 'truth table',
    inputs: [tensor([false, true], 'bool')],
    attrs: NO_ATTRS,
    expected: tensor([true, false], 'bool'),
  },
  ...unaryCases(bools),
];
