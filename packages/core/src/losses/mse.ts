import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import { expectSameShape } from './_shape.ts';
import type { Loss } from './loss.ts';

/** Mean squared error over all elements; output and target have one shape. */
export function mse(): Loss {
  return {
    label: 'mse',
    output: 'values',
    apply(output, target) {
      expectSameShape('mse', output.type, target.type);
      const error = sub(output, cast(target, 'float32'));
      return mean(mul(error, error));
    },
    // Samples of any size, such as sequences, count by their elements.
    weight: ({ type: { shape } }) => (shape.length > 2 ? scalar(numel(shape)) : undefined),
    targets: () => [{ kind: 'numbers' }],
  };
}
