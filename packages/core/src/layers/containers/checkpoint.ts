import { leavesOf, mapTree, type Tensors } from '../../ir/tree.ts';
import { checkpointed, enter } from '../../ops/composite/_checkpoint.ts';
import { expectNoOptions } from '../../options.ts';
import { expectLayer } from '../expect.ts';
import type { Layer } from '../layer.ts';

/**
 * `inner`, whose results between its input and its output are not kept for the backward pass but computed once more (Chen et al. 2016), as PyTorch's
 * `torch.utils.checkpoint`: less memory for at most a third more time. The numbers are the same, those of dropout included, and running statistics are updated
 * once; only gradients of a tensor that is used in several ways may be added up in another order. Parameters keep their names. Evaluation is that of `inner`.
 * What several outputs by name have in common is computed again for each of them.
 */
export function checkpoint<In extends Tensors, Out extends Tensors>(
  inner: Layer<In, Out>,
  ...more: []
): Layer<In, Out> {
  expectNoOptions('checkpoint', more);
  expectLayer('checkpoint', inner);
  return {
    ...inner,
    label: `${inner.label}, checkpoint`,
    apply(x, context) {
      if (!context.training) return inner.apply(x, context);
      const entered = mapTree(x, enter) as In;
      const entries = leavesOf(entered).map(([, node]) => node);
      return mapTree(inner.apply(entered, context), (y) => checkpointed(y, entries)) as Out;
    },
  };
}
