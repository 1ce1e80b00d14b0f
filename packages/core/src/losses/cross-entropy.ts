import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { softmaxCrossEntropy } from '../ops/composite/softmax-cross-entropy.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mean } from '../ops/reduce/mean.ts';
import type { Loss } from './loss.ts';

/**
 * Mean cross entropy of logits `[batch, classes]` with integer labels `[batch]`, as PyTorch's `CrossEntropyLoss`: the softmax is part of
 * the loss. Labels outside 0…classes − 1 count as no class, so check the data.
 */
export function crossEntropy(): Loss {
  return {
    label: 'crossEntropy',
    apply(output, target) {
      const rows = output.type.shape.slice(0, -1);
      if (target.type.dtype === 'float32') {
        throw new DTypeError('crossEntropy takes integer labels, not floats', {
          path: 'crossEntropy',
          received: `float32${formatShape(target.type.shape)}`,
          expected: `int32 or uint8 class indices ${formatShape(rows)}`,
          fix: 'give the index of the class, not a one-hot row; for regression use mse()',
        });
      }
      if (output.type.shape.length < 2 || !sameShape(rows, target.type.shape)) {
        throw new ShapeError('crossEntropy: labels do not fit the logits', {
          path: 'crossEntropy',
          received: `logits ${formatShape(output.type.shape)}, labels ${formatShape(target.type.shape)}`,
          expected: 'logits [batch, classes] and labels [batch]',
          fix:
            output.type.shape.length === 4
              ? 'end the network with flatten() and linear(…, classes)'
              : 'give one label for each sample',
        });
      }
      return mean(softmaxCrossEntropy(output, cast(target, 'int32')));
    },
  };
}
