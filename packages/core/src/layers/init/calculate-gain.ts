import { ValueError } from '../../errors.ts';
import { expectNumber, expectOneOf } from '../../options.ts';

/** An activation that `calculateGain` knows; `'linear'` is none, behind any linear layer or convolution. */
export type Nonlinearity = 'leakyRelu' | 'linear' | 'relu' | 'selu' | 'sigmoid' | 'tanh';

/** PyTorch's factors: what keeps the variance of a signal through such an activation. That of `leakyRelu` depends on its slope. */
const GAINS: Readonly<Record<Nonlinearity, number | null>> = {
  linear: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.SQRT2,
  leakyRelu: null,
  selu: 3 / 4,
};

/**
 * The gain that `xavierUniform`, `xavierNormal` and `orthogonal` take for layers in front of this activation. `negativeSlope` is that of `'leakyRelu'`,
 * 0.01 by default.
 * @throws ValueError for another activation, or a slope beside one that has none.
 */
export function calculateGain(nonlinearity: Nonlinearity, negativeSlope?: number): number {
  expectOneOf('calculateGain.nonlinearity', nonlinearity, Object.keys(GAINS));
  const gain = GAINS[nonlinearity];
  if (gain === null) {
    const slope = negativeSlope ?? 0.01;
    expectNumber('calculateGain.negativeSlope', slope);
    return Math.sqrt(2 / (1 + slope ** 2));
  }
  if (negativeSlope === undefined) return gain;
  throw new ValueError(`'${nonlinearity}' has no slope`, {
    path: 'calculateGain.negativeSlope',
    received: String(negativeSlope),
    fix: "leave it out, or give 'leakyRelu'",
  });
}
