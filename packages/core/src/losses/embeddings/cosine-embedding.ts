import type { Named } from '../../ir/tree.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { equal } from '../../ops/elementwise/equal.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { expectAlike, expectNames, outputsOf } from '../_outputs.ts';
import type { Loss } from '../loss.ts';
import { cosine } from './_cosine.ts';
import { hinge } from './_hinge.ts';
import { expectRows, type PairOptions } from './_pair.ts';

export interface CosineEmbeddingOptions<Left extends string = 'left', Right extends string = 'right'>
  extends PairOptions<Left, Right> {
  /** The cosine up to which a pair counts as different, from −1 to 1. Default: 0. */
  readonly margin?: number;
}

/**
 * Mean over pairs of `1 − cos` where the target is 1, alike, and of `max(0, cos − margin)` where it is −1, different, as PyTorch's `CosineEmbeddingLoss`: the network
 * gives `left` and `right` `[batch, width]` by name, targets are `[batch]`. Vectors of zeros have cosine 0. Throws a `ShapeError` when they do not fit.
 */
export function cosineEmbedding<Left extends string = 'left', Right extends string = 'right'>(
  options: CosineEmbeddingOptions<Left, Right> = {},
): Loss<Named<Left> & Named<Right>> {
  expectOptions('cosineEmbedding', options, ['margin', 'left', 'right']);
  const { margin = 0, left = 'left', right = 'right' } = options;
  const names = { left, right };
  expectNames('cosineEmbedding', names);
  expectNumber('cosineEmbedding.margin', margin, { least: -1, most: 1 });
  return {
    label: 'cosineEmbedding',
    outputs: { [names.left]: 'values', [names.right]: 'values' },
    apply(outputs, target) {
      const pair = outputsOf('cosineEmbedding', outputs, names);
      expectAlike('cosineEmbedding', pair, 2);
      expectRows('cosineEmbedding', pair.left.type.shape.slice(0, 1), target.type);
      const similarity = cosine(pair.left, pair.right);
      return mean(where(equal(cast(target, 'float32'), 1), sub(1, similarity), hinge(sub(similarity, margin))));
    },
    targets: () => [{ kind: 'oneOf', values: [-1, 1] }],
  };
}
