import { ShapeError } from '../errors.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape, numel, sameShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import type { Loss } from './loss.ts';

/** Mean squared error over all elements; output and target have one shape. */
export function mse(): Loss {
  return {
    label: 'mse',
    output: 'values',
    apply(output, target) {
      expectSameShape(output.type, target.type);
      const error = sub(output, cast(target, 'float32'));
      return mean(mul(error, error));
    },
    // Samples of any size, such as sequences, count by their elements.
    weight: ({ type: { shape } }) => (shape.length > 2 ? scalar(numel(shape)) : undefined),
    targets: () => [{ kind: 'numbers' }],
  };
}

function expectSameShape(output: TensorType, target: TensorType): void {
  if (sameShape(output.shape, target.shape)) return;
  const column = sameShape(output.shape, [...target.shape, 1]);
  const flat = sameShape([...output.shape, 1], target.shape);
  throw new ShapeError("mse needs a target of the output's shape", {
    path: 'mse',
    received: `output ${formatShape(output.shape)}, target ${formatShape(target.shape)}`,
    expected: 'equal shapes: broadcasting here would silently train on wrong pairs',
    fix:
      column || flat
        ? `give the targets as ${formatShape(output.shape)}`
        : 'for class labels use crossEntropy(); else let the last layer give as many numbers as a target has',
  });
}
