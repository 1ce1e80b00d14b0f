import { tensor } from '../../ir/ndarray.ts';
import { type Cases, values } from '../cases.ts';

export const rmsNormCases: Cases<'rmsNorm'> = [
  {
    name: 'known values',
    inputs: [tensor([[3, 4, 0, 0, 0]]), tensor([1, 2, 3, 4, 5])],
    attrs: { axis: 1, eps: 0 },
    expected: tensor([[1.3416407864998738, 3.5777087639996634, 0, 0, 0]]),
  },
  { name: 'without weight', inputs: [values([2, 3, 4], 1)], attrs: { axis: 2, eps: 0.1 } },
  { name: 'two axes', inputs: [values([2, 3, 4], 2), values([3, 4], 3)], attrs: { axis: 1, eps: 0.1 } },
  { name: 'no rows', inputs: [values([0, 4], 4), values([4], 5)], attrs: { axis: 1, eps: 0.1 } },
];
