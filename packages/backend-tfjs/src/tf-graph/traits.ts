import type { Traits } from '../engines/traits.ts';

/** TensorFlow's own kernels are all there, and fast. */
export const TRAITS: Traits = {
  memory: 'device',
  uploads: 'copied',
  matmulTransposes: 'kernel',
  longProducts: Number.POSITIVE_INFINITY,
  convGradients: 'kernel',
  scatter: 'UnsortedSegmentSum',
  intDivision: 'kernel',
  intProducts: 'kernel',
  sums: 'blocks',
  erf: 'kernel',
  floatCasts: 'kernel',
  poolTies: 'first',
  reluGradients: 'kernel',
  powers: 'c',
  extremes: 'kernel',
};
