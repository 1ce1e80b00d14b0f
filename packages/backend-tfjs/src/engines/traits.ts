import type { EngineName } from './engine.ts';

/** How to lower the ops for which the engines' stock kernels differ in what they can do, or in how fast they are. */
export interface Traits {
  /** Whether `BatchMatMul` is as fast on transposed operands as on plain ones, or they are transposed first. */
  readonly matmulTransposes: 'kernel' | 'explicit';
  /** Stock kernels for the gradients of convolutions, or convolutions that compute them. */
  readonly convGradients: 'kernel' | 'composed';
  /** What adds up rows by index. */
  readonly scatter: 'UnsortedSegmentSum' | 'ScatterNd';
  /** Whether dividing int32 tensors truncates, or they are divided as floats. */
  readonly intDivision: 'kernel' | 'float';
  /** Whether casting to float32 writes floats, or only calls the integers that are there floats, which confuses other kernels. */
  readonly floatCasts: 'kernel' | 'label';
  /** Which of equal pixels gets the gradient of a max pooling. It shall be the first, as in PyTorch. */
  readonly poolTies: 'first' | 'last';
}

/**
 * The choices of every engine, in one table.
 * - wasm: there are no kernels for the filter gradient and for segment sums; the kernel for the input gradient is 20 times slower than a
 *   convolution, and matmul of transposed operands 13 times slower than transposing them first.
 * - The fused matmul of wasm adds its bias wrongly, so no engine uses fused kernels.
 */
export const TRAITS: Readonly<Record<EngineName, Traits>> = {
  cpu: {
    matmulTransposes: 'kernel',
    convGradients: 'kernel',
    scatter: 'UnsortedSegmentSum',
    intDivision: 'kernel',
    floatCasts: 'kernel',
    poolTies: 'first',
  },
  wasm: {
    matmulTransposes: 'explicit',
    convGradients: 'composed',
    scatter: 'ScatterNd',
    intDivision: 'kernel',
    floatCasts: 'kernel',
    poolTies: 'first',
  },
  webgl: {
    matmulTransposes: 'kernel',
    convGradients: 'kernel',
    scatter: 'UnsortedSegmentSum',
    intDivision: 'float',
    floatCasts: 'kernel',
    poolTies: 'last',
  },
  webgpu: {
    matmulTransposes: 'kernel',
    convGradients: 'kernel',
    scatter: 'UnsortedSegmentSum',
    intDivision: 'float',
    floatCasts: 'label',
    poolTies: 'last',
  },
};
