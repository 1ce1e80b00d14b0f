export {
  bernoulli,
  bits,
  fold,
  type Key,
  key,
  normal,
  permutation,
  randint,
  split,
  threefry2x32,
  uniform,
} from '../random/index.ts';
