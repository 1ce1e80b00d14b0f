import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { mean } from '../ops/reduce/mean.ts';
import type { Loss } from './loss.ts';

/** Mean squared error over all elements; output and target have one shape. */
export function mse(): Loss {
  return {
    label: 'mse',
    apply(output, target) {
      if (!sameShape(output.type.shape, target.type.shape)) {
        throw new ShapeError("mse needs a target of the output's shape", {
          path: 'mse',
          received: `output ${formatShape(output.type.shape)}, target ${formatShape(target.type.shape)}`,
          expected: 'equal shapes: broadcasting here would silently train on wrong pairs',
          fix: 'reshape the target, or use crossEntropy() for class labels',
        });
      }
      const error = sub(output, cast(target, 'float32'));
      return mean(mul(error, error));
    },
  };
}
