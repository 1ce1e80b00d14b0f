import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import type { Named } from '../../ir/tree.ts';
import { softmaxCrossEntropy } from '../../ops/composite/softmax-cross-entropy.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { iota } from '../../ops/indexing/iota.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { transpose } from '../../ops/shape/transpose.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectAlike, expectNames, outputsOf } from '../_outputs.ts';
import type { Loss } from '../loss.ts';
import { normalized } from './_cosine.ts';
import type { PairOptions } from './_pair.ts';

export interface InfoNceOptions<Left extends string = 'left', Right extends string = 'right'>
  extends PairOptions<Left, Right> {
  /** Cosines are divided by it, so that a smaller one looks at the nearest negatives; above 0. Default: 0.07. */
  readonly temperature?: number;
  /** Whether each right is asked for its left as well, and the mean of both is taken, as CLIP does. Default: false. */
  readonly symmetric?: boolean;
}

/**
 * Which of all `right` of the batch belongs to a `left`: the cross entropy of `cos(left_i, right_j) / temperature` with label `i` (van den Oord and others, Contrastive Predictive
 * Coding, 2018; with cosines and a temperature as in SimCLR, Chen and others 2020). The network gives `left` and `right` `[batch, width]` by name; the others of a
 * batch are the negatives, so that the loss depends on the size of the batch, and small batches joined by `accumulate` are none that is large. Targets are
 * not looked at. Throws a `ShapeError` for a batch of one, which has no negatives: leave such a last batch out with `dropLast`.
 */
export function infoNCE<Left extends string = 'left', Right extends string = 'right'>(
  options: InfoNceOptions<Left, Right> = {},
): Loss<Named<Left> & Named<Right>> {
  expectOptions('infoNCE', options, ['temperature', 'symmetric', 'left', 'right']);
  const { temperature = 0.07, symmetric = false, left = 'left', right = 'right' } = options;
  const names = { left, right };
  expectNames('infoNCE', names);
  expectNumber('infoNCE.temperature', temperature, { above: 0 });
  expectFlag('infoNCE.symmetric', symmetric);
  return {
    label: 'infoNCE',
    outputs: { [names.left]: 'values', [names.right]: 'values' },
    apply(outputs) {
      const pair = outputsOf('infoNCE', outputs, names);
      expectAlike('infoNCE', pair, 2);
      const [batch] = pair.left.type.shape as readonly [number];
      if (batch === 1) {
        throw new ShapeError('infoNCE has no negatives in a batch of one', {
          path: 'infoNCE',
          received: formatShape(pair.left.type.shape),
          expected: 'at least two samples in each batch',
          fix: 'leave a last batch of one out: loader(…, { dropLast: true })',
        });
      }
      const logits = mul(matmul(normalized(pair.left), transpose(normalized(pair.right))), 1 / temperature);
      const own = iota(batch);
      const forth = mean(softmaxCrossEntropy(logits, own));
      return symmetric ? mul(add(forth, mean(softmaxCrossEntropy(transpose(logits), own))), 0.5) : forth;
    },
    targets: () => [],
  };
}
