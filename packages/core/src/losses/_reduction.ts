import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { numel, type Shape } from '../ir/shape.ts';
import { div } from '../ops/elementwise/div.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import { sum } from '../ops/reduce/sum.ts';
import { describeValue } from '../options.ts';

/**
 * How the losses of the elements of a batch become one number: their `'mean'`, or `'batchMean'`, their sum divided by the number of samples. Both are
 * means, so that batches of any sizes have the mean of their samples together.
 */
export type Reduction = 'mean' | 'batchMean';

export interface ReductionOptions {
  /** `'mean'` over all elements (default), or `'batchMean'`: their sum for each sample, and the mean over the samples. */
  readonly reduction?: Reduction;
}

/** Throws a `ValueError` unless `value` is a reduction; PyTorch's others are told what to write instead. */
export function expectReduction(loss: string, value: unknown): asserts value is Reduction {
  if (value === 'mean' || value === 'batchMean') return;
  const fixes: Readonly<Record<string, string>> = {
    sum: "give 'batchMean', the sum divided by the number of samples: a sum over a batch grows with the batch, so that uneven batches have no common mean. For the same steps of sgd multiply the learning rate by the batch size",
    none: 'a trainer needs one number; compute what each element has with the ops of @descent/core/ops',
    batchmean: "write it as 'batchMean'",
  };
  throw new ValueError(`${loss} was given an invalid reduction`, {
    path: `${loss}.reduction`,
    received: describeValue(value),
    expected: "'mean' or 'batchMean'",
    fix: typeof value === 'string' && Object.hasOwn(fixes, value) ? fixes[value] : undefined,
  });
}

/** `[batch, …]` → rank 0. */
export function reduced(losses: Node, reduction: Reduction): Node {
  if (reduction === 'mean') return mean(losses);
  return div(sum(losses), scalar(losses.type.shape[0] ?? 1));
}

/** What a mean over the elements of `shape` counts: samples of any size, such as sequences, count by their elements. */
export function weightOfMean(shape: Shape, reduction: Reduction = 'mean'): Node | undefined {
  return reduction === 'mean' && shape.length > 2 ? scalar(numel(shape)) : undefined;
}
