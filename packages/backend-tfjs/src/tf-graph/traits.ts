import type { Traits } from '../engines/traits.ts';

/** TensorFlow's own kernels are all there, and fast. */
export const TRAITS: Traits = {
  memory: 'device',
  matmulTransposes: 'kernel',
  convGradients: 'kernel',
  scatter: 'UnsortedSegmentSum',
  intDivision: 'kernel',
  intProducts: 'kernel',
  floatCasts: 'kernel',
  poolTies: 'first',
};
