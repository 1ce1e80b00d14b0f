import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectNoOptions } from '../options.ts';
import { ratio, sums } from './_ratio.ts';
import { expectAlike } from './_scores.ts';
import type { Metric } from './metric.ts';

/** The mean absolute error over all elements; output and target have one shape. scikit-learn's `mean_absolute_error`. */
export function mae(...more: []): Metric<Node, Node, 'mae'> {
  expectNoOptions('mae', more);
  return error('mae', (output, target) => abs(sub(output, target)));
}

/** The root of the mean squared error over all elements, of whole data sets. scikit-learn's `root_mean_squared_error` of all elements together. */
export function rmse(...more: []): Metric<Node, Node, 'rmse'> {
  expectNoOptions('rmse', more);
  return error('rmse', squared, Math.sqrt);
}

/**
 * The mean of `|output − target| / |target|`, not times 100; scikit-learn's `mean_absolute_percentage_error`, which divides by at least 2⁻⁵² (here by at
 * least 2⁻⁵², too), so that targets of 0 make it huge.
 */
export function mape(...more: []): Metric<Node, Node, 'mape'> {
  expectNoOptions('mape', more);
  return error('mape', (output, target) => div(abs(sub(output, target)), maximum(abs(target), 2 ** -52)));
}

function squared(output: Node, target: Node): Node {
  const difference = sub(output, target);
  return mul(difference, difference);
}

/** The mean of `each` over all elements that there are, and `last` of it. */
function error<Name extends string>(
  name: Name,
  each: (output: Node, target: Node) => Node,
  last?: (mean: number) => number,
): Metric<Node, Node, Name> {
  return {
    name,
    better: 'lower',
    statistic: ratio(last),
    apply(output, target) {
      expectAlike(name, output.type, target.type);
      const { shape } = output.type;
      return sums(each(output, reshape(cast(target, 'float32'), shape)), scalar(numel(shape)));
    },
    targets: () => [{ kind: 'numbers' }],
  };
}
