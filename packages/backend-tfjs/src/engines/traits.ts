import type { EngineName } from './options.ts';

/** How to lower the ops for which the engines' stock kernels differ in what they can do, or in how fast they are. */
export interface Traits {
  /** Whether tensors lie where JavaScript can look at them, so that indices are checked, or on a graphics device. */
  readonly memory: 'host' | 'device';
  /** Whether an array that was uploaded stays in use, or the engine has copied it at once. */
  readonly uploads: 'kept' | 'copied';
  /** Whether `BatchMatMul` is as fast on transposed operands as on plain ones, or they are transposed first. */
  readonly matmulTransposes: 'kernel' | 'explicit';
  /** Number of terms from which `BatchMatMul` must not be given a transposed right operand. */
  readonly longProducts: number;
  /** Stock kernels for the gradients of convolutions, or convolutions that compute them. */
  readonly convGradients: 'kernel' | 'composed';
  /** What adds up rows by index. */
  readonly scatter: 'UnsortedSegmentSum' | 'ScatterNd';
  /** Whether dividing int32 tensors truncates, or they are divided as floats. */
  readonly intDivision: 'kernel' | 'float';
  /** Whether int32 products are those of integers, or of float64, which keeps 53 bits of the 64. */
  readonly intProducts: 'kernel' | 'float64';
  /** Whether long sums are right, or the engine adds one float32 after the other, so that they are taken in blocks. */
  readonly sums: 'kernel' | 'blocks';
  /** Whether the error function is right to float32, or to 1e-7 of the whole, which is much for small operands. */
  readonly erf: 'kernel' | 'absolute';
  /** Whether casting to float32 writes floats, or only calls the integers that are there floats, which confuses other kernels. */
  readonly floatCasts: 'kernel' | 'label';
  /** Which of equal pixels gets the gradient of a max pooling. It shall be the first, as in PyTorch. */
  readonly poolTies: 'first' | 'last';
  /** Whether there is a kernel for the gradient of relu, or it is chosen by a condition. */
  readonly reluGradients: 'kernel' | 'select';
  /** Whether the larger of a number and NaN is NaN, or NaN has to be looked for. */
  readonly extremes: 'kernel' | 'select';
  /** Whether 1 to the power of NaN is 1, as in C, or NaN, as in JavaScript. */
  readonly powers: 'c' | 'javascript';
}

/**
 * The choices of every engine, in one table.
 * - cpu: the kernel for segment sums multiplies by a mask, so that one NaN reaches all rows.
 * - wasm: there are no kernels for the filter gradient and for segment sums; the kernel for the input gradient is 20 times slower than a
 *   convolution, and matmul of transposed operands 13 times slower than transposing them first.
 * - webgpu splits sums of 2,000 terms and more among workgroups. That kernel reads a transposed right operand as if it were not transposed
 *   (tfjs 4.22, `MatMulSplitKProgram`): every number of `linear(3072, 40)` is wrong, with no error.
 * - The fused matmul of wasm adds its bias wrongly, so no engine uses fused kernels.
 */
export const TRAITS: Readonly<Record<EngineName, Traits>> = {
  cpu: {
    memory: 'host',
    uploads: 'kept',
    matmulTransposes: 'kernel',
    longProducts: Number.POSITIVE_INFINITY,
    convGradients: 'kernel',
    scatter: 'ScatterNd',
    intDivision: 'kernel',
    intProducts: 'float64',
    sums: 'kernel',
    erf: 'absolute',
    floatCasts: 'kernel',
    poolTies: 'first',
    reluGradients: 'select',
    powers: 'javascript',
    extremes: 'kernel',
  },
  wasm: {
    memory: 'host',
    uploads: 'copied',
    matmulTransposes: 'explicit',
    longProducts: Number.POSITIVE_INFINITY,
    convGradients: 'composed',
    scatter: 'ScatterNd',
    intDivision: 'kernel',
    intProducts: 'kernel',
    sums: 'blocks',
    erf: 'kernel',
    floatCasts: 'kernel',
    poolTies: 'first',
    reluGradients: 'kernel',
    powers: 'c',
    extremes: 'select',
  },
  webgl: {
    memory: 'device',
    uploads: 'kept',
    matmulTransposes: 'kernel',
    longProducts: Number.POSITIVE_INFINITY,
    convGradients: 'kernel',
    scatter: 'UnsortedSegmentSum',
    intDivision: 'float',
    intProducts: 'kernel',
    sums: 'blocks',
    erf: 'absolute',
    floatCasts: 'kernel',
    poolTies: 'last',
    reluGradients: 'select',
    powers: 'javascript',
    extremes: 'kernel',
  },
  webgpu: {
    memory: 'device',
    uploads: 'kept',
    matmulTransposes: 'kernel',
    longProducts: 2000,
    convGradients: 'kernel',
    scatter: 'UnsortedSegmentSum',
    intDivision: 'float',
    intProducts: 'kernel',
    sums: 'blocks',
    erf: 'absolute',
    floatCasts: 'label',
    poolTies: 'last',
    reluGradients: 'select',
    powers: 'javascript',
    extremes: 'select',
  },
};
