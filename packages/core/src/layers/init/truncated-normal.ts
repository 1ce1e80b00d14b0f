import { ValueError } from '../../errors.ts';
import { numel } from '../../ir/shape.ts';
import { erf } from '../../ops/elementwise/_erf.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { truncatedNormal as fill } from '../../random/truncated-normal.ts';
import type { Initializer } from './initializers.ts';

export interface TruncatedNormalOptions {
  /** Of the Gaussian, before it is cut. Default 0. */
  readonly mean?: number;
  /** Of the Gaussian, before it is cut; more than 0. Default 1. */
  readonly std?: number;
  /** The least value, as it is and not in deviations. Default −2. */
  readonly a?: number;
  /** The largest value. Default 2. */
  readonly b?: number;
}

/** What the cut must leave of the Gaussian: far out in its tail there are no digits to draw from. */
const LEAST_SHARE = 1e-6;

/**
 * Gaussian, but only values from `a` to `b`, as PyTorch's `trunc_normal_`.
 * @throws ValueError unless `a` is less than `b` and the Gaussian reaches between them.
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  expectOptions('truncatedNormal', options, ['mean', 'std', 'a', 'b']);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  expectNumber('truncatedNormal.mean', mean);
  expectNumber('truncatedNormal.std', std, { above: 0 });
  expectNumber('truncatedNormal.a', a);
  expectNumber('truncatedNormal.b', b, { above: a });
  const below = share((a - mean) / std);
  const upTo = share((b - mean) / std);
  if (upTo - below < LEAST_SHARE) {
    throw new ValueError('truncatedNormal has next to nothing between its bounds', {
      received: `a ${a} and b ${b}, around a mean of ${mean} with std ${std}`,
      expected: 'bounds between which the Gaussian has more than a millionth of its values',
      fix: 'bounds are values, not deviations: a = mean − 2·std, b = mean + 2·std',
    });
  }
  return (key, shape) => {
    const out = new Float32Array(numel(shape));
    fill(key, out, { mean, std, a, b, below, upTo });
    return out;
  };
}

/** How much of a standard Gaussian is below `z`. Rounded, so that the last bits of an engine's exponential do not count. */
function share(z: number): number {
  return Math.round(((1 + erf(z * Math.SQRT1_2)) / 2) * 2 ** 40) / 2 ** 40;
}
