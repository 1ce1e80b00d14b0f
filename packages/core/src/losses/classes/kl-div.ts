import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import { exp } from '../../ops/elementwise/exp.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { log } from '../../ops/elementwise/log.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { expectFlag, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { Reduction } from '../_reduction.ts';
import type { Loss } from '../loss.ts';

export interface KlDivOptions {
  /** Whether the targets are logarithms of probabilities. Default: false, probabilities. */
  readonly logTarget?: boolean;
  /** `'batchMean'` (default) is the divergence of each sample and the mean over them; `'mean'`, PyTorch's default, divides by the classes as well. */
  readonly reduction?: Reduction;
}

/**
 * Kullback-Leibler divergence of targets `[batch, …, classes]` from an output of the same shape that is log-probabilities, such as `logSoftmax` gives: the mean
 * over the samples of `Σ t·(ln t − x)`, as PyTorch's `KLDivLoss` with `batchmean`, which is what the name means; PyTorch's own default is `reduction: 'mean'` here.
 * A target of 0 counts 0. Throws a `ShapeError` when they do not fit.
 */
export function klDiv(options: KlDivOptions = {}): Loss {
  expectOptions('klDiv', options, ['logTarget', 'reduction']);
  const { logTarget = false, reduction = 'batchMean' } = options;
  expectFlag('klDiv.logTarget', logTarget);
  return ofElements({
    label: 'klDiv',
    output: 'log-probabilities',
    rule: { kind: logTarget ? 'log-probabilities' : 'probabilities' },
    reduction,
    of(x, t) {
      const { shape } = x.type;
      if (shape.length < 2) {
        throw new ShapeError('klDiv needs the probabilities of each sample', {
          path: 'klDiv',
          received: `output ${formatShape(shape)}`,
          expected: '[batch, classes]',
        });
      }
      if (logTarget) return mul(exp(t), sub(t, x));
      const isPossible = greater(t, 0);
      // Chosen, not multiplied: the logarithm of an impossible class may be −∞.
      return where(isPossible, mul(t, sub(log(where(isPossible, t, scalar(1))), x)), scalar(0));
    },
  });
}
