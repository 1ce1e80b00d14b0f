import { numel } from '../../ir/shape.ts';
import type { Named } from '../../ir/tree.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { expectAlike, expectNames, outputsOf } from '../_outputs.ts';
import { expectReduction, type ReductionOptions, reduced, weightOfMean } from '../_reduction.ts';
import type { Loss } from '../loss.ts';
import { hinge } from './_hinge.ts';
import { expectRows, type PairOptions } from './_pair.ts';

export interface MarginRankingOptions<Left extends string = 'left', Right extends string = 'right'>
  extends PairOptions<Left, Right>,
    ReductionOptions {
  /** By how much the larger should be larger. Default: 0. */
  readonly margin?: number;
}

/**
 * Mean of `max(0, margin − y·(left − right))`, as PyTorch's `MarginRankingLoss`: `left` should be larger where the target is 1, and smaller where it is −1. The network
 * gives both by name, of one shape, which the target has, too, or `[batch]` for `[batch, 1]`. Throws a `ShapeError` when they do not fit.
 */
export function marginRanking<Left extends string = 'left', Right extends string = 'right'>(
  options: MarginRankingOptions<Left, Right> = {},
): Loss<Named<Left> & Named<Right>> {
  expectOptions('marginRanking', options, ['margin', 'left', 'right', 'reduction']);
  const { margin = 0, reduction = 'mean', left = 'left', right = 'right' } = options;
  const names = { left, right };
  expectNames('marginRanking', names);
  expectNumber('marginRanking.margin', margin);
  expectReduction('marginRanking', reduction);
  return {
    label: 'marginRanking',
    outputs: { [names.left]: 'values', [names.right]: 'values' },
    apply(outputs, target) {
      const pair = outputsOf('marginRanking', outputs, names);
      expectAlike('marginRanking', pair);
      const { shape } = pair.left.type;
      const isColumn = shape.length === target.type.shape.length + 1 && shape.at(-1) === 1;
      const y = isColumn && numel(shape) === numel(target.type.shape) ? reshape(target, shape) : target;
      expectRows('marginRanking', shape, y.type);
      const wrong = mul(cast(y, 'float32'), sub(pair.right, pair.left));
      return reduced(hinge(add(wrong, margin)), reduction);
    },
    weight: (outputs) => weightOfMean(outputsOf('marginRanking', outputs, names).left.type.shape, reduction),
    targets: () => [{ kind: 'oneOf', values: [-1, 1] }],
  };
}
