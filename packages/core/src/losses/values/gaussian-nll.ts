import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import type { Named } from '../../ir/tree.ts';
import { detach } from '../../ops/composite/detach.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { div } from '../../ops/elementwise/div.ts';
import { greaterEqual } from '../../ops/elementwise/greater-equal.ts';
import { log } from '../../ops/elementwise/log.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { expectNames, outputsOf } from '../_outputs.ts';
import { expectReduction, type ReductionOptions, reduced, weightOfMean } from '../_reduction.ts';
import { expectSameShape } from '../_shape.ts';
import type { Loss } from '../loss.ts';

export interface GaussianNllOptions<Mean extends string = 'mean', Variance extends string = 'variance'>
  extends ReductionOptions {
  /** Whether `½ ln 2π` is added. Default: false. */
  readonly full?: boolean;
  /** The least variance that is divided by. Default: 1e-6. */
  readonly eps?: number;
  /** Name of the output that is the mean. Default: `'mean'`. */
  readonly mean?: Mean;
  /** Name of the output that is the variance. Default: `'variance'`. */
  readonly variance?: Variance;
}

/**
 * Mean of `½(ln v + (m − y)²/v)` over the elements, as PyTorch's `GaussianNLLLoss`, where the network gives `mean` and `variance` by name; the variance has the
 * shape of the mean, or 1 as its last axis. As in PyTorch a variance below `eps` counts as `eps` and keeps its gradient. A negative one
 * gives NaN, so that a run stops there: end that part of the network with softplus.
 */
export function gaussianNLL<Mean extends string = 'mean', Variance extends string = 'variance'>(
  options: GaussianNllOptions<Mean, Variance> = {},
): Loss<Named<Mean> & Named<Variance>> {
  expectOptions('gaussianNLL', options, ['full', 'eps', 'mean', 'variance', 'reduction']);
  const { full = false, eps = 1e-6, reduction = 'mean', mean = 'mean', variance = 'variance' } = options;
  const names = { mean, variance };
  expectNames('gaussianNLL', names);
  expectFlag('gaussianNLL.full', full);
  expectNumber('gaussianNLL.eps', eps, { above: 0 });
  expectReduction('gaussianNLL', reduction);
  return {
    label: 'gaussianNLL',
    outputs: { [names.mean]: 'values', [names.variance]: 'values' },
    apply(outputs, target) {
      const { mean: m, variance: given } = outputsOf('gaussianNLL', outputs, names);
      expectSameShape('gaussianNLL', m.type, target.type);
      expectVariance(m, given);
      const v = atLeast(given, eps);
      const error = sub(m, cast(target, 'float32'));
      const losses = mul(add(log(v), div(mul(error, error), v)), 0.5);
      return reduced(full ? add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, reduction);
    },
    weight: (outputs) => weightOfMean(outputsOf('gaussianNLL', outputs, names).mean.type.shape, reduction),
    targets: () => [{ kind: 'numbers' }],
  };
}

/** The gradient is that of `v`, also below `eps`, so that a variance that became too small grows again. */
function atLeast(v: Node, eps: number): Node {
  return where(greaterEqual(v, 0), add(v, detach(sub(maximum(v, eps), v))), scalar(Number.NaN));
}

function expectVariance({ type: { shape } }: Node, { type }: Node): void {
  if (sameShape(shape, type.shape) || sameShape([...shape.slice(0, -1), 1], type.shape)) return;
  throw new ShapeError('the variance does not fit the mean', {
    path: 'gaussianNLL',
    received: `mean ${formatShape(shape)}, variance ${formatShape(type.shape)}`,
    expected: `a variance ${formatShape(shape)}, or ${formatShape([...shape.slice(0, -1), 1])} for one of each row`,
  });
}
