import { tensor, zeros } from '../../ir/ndarray.ts';
import type { Cases } from '../cases.ts';

export const iotaCases: Cases<'iota'> = [
  { name: 'int32', inputs: [], attrs: { size: 5, dtype: 'int32' }, expected: tensor([0, 1, 2, 3, 4], 'int32') },
  { name: 'float32', inputs: [], attrs: { size: 5, dtype: 'float32' }, expected: tensor([0, 1, 2, 3, 4]) },
  { name: 'one element', inputs: [], attrs: { size: 1, dtype: 'int32' }, expected: tensor([0], 'int32') },
  { name: 'no elements', inputs: [], attrs: { size: 0, dtype: 'int32' }, expected: zeros([0], 'int32') },
];
