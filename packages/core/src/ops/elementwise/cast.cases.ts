import { DTYPES } from '../../ir/dtype.ts';
import { tensor } from '../../ir/ndarray.ts';
import { bools, type Cases, type Draw, integers, values } from '../cases.ts';

const uint8: Draw = (shape, seed) => integers(shape, seed, { dtype: 'uint8', high: 256 });
const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
const [MIN, MAX] = [-2147483648, 2147483647];

export const castCases: Cases<'cast'> = [
  {
    name: 'float32 to int32 truncates towards zero',
    inputs: [tensor([-2.75, -1, -0.5, 0, 0.5, 2.75])],
    attrs: { to: 'int32' },
    expected: tensor([-2, -1, 0, 0, 0, 2], 'int32'),
  },
  {
    name: 'float32 to uint8 truncates',
    inputs: [tensor([0, 0.75, 1.5, 255])],
    attrs: { to: 'uint8' },
    expected: tensor([0, 0, 1, 255], 'uint8'),
  },
  {
    name: 'float32 to int32 ends at the ends',
    inputs: [tensor([NAN, INF, -INF, 1e20, -3e9, 2147483648, -2147483648, 2147483520, -2147483904])],
    attrs: { to: 'int32' },
    expected: tensor([0, MAX, MIN, MAX, MIN, MAX, MIN, 2147483520, MIN], 'int32'),
  },
  {
    name: 'float32 to uint8 wraps around int32',
    inputs: [tensor([NAN, INF, -INF, 300.7, -1.5, 256, 1e20])],
    attrs: { to: 'uint8' },
    expected: tensor([0, 255, 0, 44, 255, 0, 255], 'uint8'),
  },
  {
    name: 'float32 to bool, NaN too',
    inputs: [tensor([NAN, INF, -INF, -0])],
    attrs: { to: 'bool' },
    expected: tensor([1, 1, 1, 0], 'bool'),
  },
  {
    name: 'int32 to uint8 wraps around',
    inputs: [tensor([-1, 256, -257, MAX, MIN], 'int32')],
    attrs: { to: 'uint8' },
    expected: tensor([255, 0, 255, 255, 0], 'uint8'),
  },
  {
    name: 'float32 to bool',
    inputs: [tensor([-2.5, 0, 0.25, 1])],
    attrs: { to: 'bool' },
    expected: tensor([1, 0, 1, 1], 'bool'),
  },
  { name: 'float32 to itself', inputs: [values([2, 3], 1)], attrs: { to: 'float32' } },
  {
    name: 'int32 to float32',
    inputs: [tensor([-3, 0, 7], 'int32')],
    attrs: { to: 'float32' },
    expected: tensor([-3, 0, 7]),
  },
  {
    name: 'int32 to uint8',
    inputs: [tensor([0, 7, 255], 'int32')],
    attrs: { to: 'uint8' },
    expected: tensor([0, 7, 255], 'uint8'),
  },
  {
    name: 'int32 to bool',
    inputs: [tensor([-3, 0, 256], 'int32')],
    attrs: { to: 'bool' },
    expected: tensor([1, 0, 1], 'bool'),
  },
  {
    name: 'uint8 to float32',
    inputs: [tensor([0, 128, 255], 'uint8')],
    attrs: { to: 'float32' },
    expected: tensor([0, 128, 255]),
  },
  {
    name: 'uint8 to int32',
    inputs: [tensor([0, 128, 255], 'uint8')],
    attrs: { to: 'int32' },
    expected: tensor([0, 128, 255], 'int32'),
  },
  {
    name: 'uint8 to bool',
    inputs: [tensor([0, 1, 255], 'uint8')],
    attrs: { to: 'bool' },
    expected: tensor([0, 1, 1], 'bool'),
  },
  {
    name: 'bool to float32',
    inputs: [tensor([false, true], 'bool')],
    attrs: { to: 'float32' },
    expected: tensor([0, 1]),
  },
  {
    name: 'bool to int32',
    inputs: [tensor([false, true], 'bool')],
    attrs: { to: 'int32' },
    expected: tensor([0, 1], 'int32'),
  },
  {
    name: 'bool to uint8',
    inputs: [tensor([false, true], 'bool')],
    attrs: { to: 'uint8' },
    expected: tensor([0, 1], 'uint8'),
  },
  ...DTYPES.map((to) => ({ name: `a scalar uint8 to ${to}`, inputs: [uint8([], 1)], attrs: { to } })),
  ...DTYPES.map((to) => ({ name: `no elements, int32 to ${to}`, inputs: [integers([2, 0], 1)], attrs: { to } })),
  ...DTYPES.map((to) => ({ name: `four axes, bool to ${to}`, inputs: [bools([2, 1, 3, 2], 1)], attrs: { to } })),
];
