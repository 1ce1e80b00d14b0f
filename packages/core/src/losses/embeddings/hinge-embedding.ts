import { equal } from '../../ops/elementwise/equal.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { ofElements } from '../_elements.ts';
import type { ReductionOptions } from '../_reduction.ts';
import type { Loss } from '../loss.ts';
import { hinge } from './_hinge.ts';

export interface HingeEmbeddingOptions extends ReductionOptions {
  /** The distance from which on a pair counts as different. Default: 1. */
  readonly margin?: number;
}

/**
 * Mean over distances of the distance where the target is 1, alike, and of `max(0, margin − x)` where it is −1, different, as PyTorch's `HingeEmbeddingLoss`. Output and
 * target have one shape, or targets `[batch]` go with distances `[batch, 1]`.
 */
export function hingeEmbedding(options: HingeEmbeddingOptions = {}): Loss {
  expectOptions('hingeEmbedding', options, ['margin', 'reduction']);
  const { margin = 1, reduction } = options;
  expectNumber('hingeEmbedding.margin', margin);
  return ofElements({
    label: 'hingeEmbedding',
    output: 'values',
    rule: { kind: 'oneOf', values: [-1, 1] },
    reduction,
    takesColumn: true,
    of: (x, y) => where(equal(y, 1), x, hinge(sub(margin, x))),
  });
}
