import type { Traits } from '../engines/traits.ts';

/** TensorFlow's own kernels are all there, and fast. */
export const TRAITS: Traits = {
  matmulTransposes: 'kernel',
  convGradients: 'kernel',
  scatter: 'UnsortedSegmentSum',
  intDivision: 'kernel',
  floatCasts: 'kernel',
  poolTies: 'first',
};
