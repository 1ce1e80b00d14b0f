import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, numel } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { expectSameShape } from '../_shape.ts';
import type { Loss } from '../loss.ts';

export interface DiceOptions {
  /** Added above and below, so that an empty mask that is found empty has loss 0; above 0. Default: 1. */
  readonly smooth?: number;
}

/**
 * How little masks overlap: the mean over samples and channels of `1 − (2·Σ p·t + smooth) / (Σ p + Σ t + smooth)` (Sudre and others 2017, after Dice 1945), where the sums are over
 * the places of one mask. Probabilities `[batch, channels, …]`, such as `sigmoid` or `softmax` over the channels gives, or `[batch, places]`; targets from 0 to 1 of
 * the same shape. Throws a `ShapeError` when they do not fit.
 */
export function dice(options: DiceOptions = {}): Loss {
  expectOptions('dice', options, ['smooth']);
  const { smooth = 1 } = options;
  expectNumber('dice.smooth', smooth, { above: 0 });
  return {
    label: 'dice',
    output: 'probabilities',
    apply(output, target) {
      const { shape } = output.type;
      if (shape.length < 2) {
        throw new ShapeError('dice needs the places of each mask', {
          path: 'dice',
          received: `output ${formatShape(shape)}`,
          expected: '[batch, channels, height, width], or [batch, places]',
        });
      }
      expectSameShape('dice', output.type, target.type);
      const masks = shape.slice(0, shape.length === 2 ? 1 : 2);
      const flat = (x: Node): Node => reshape(x, [numel(masks), numel(shape.slice(masks.length))]);
      const [p, t] = [flat(output), flat(cast(target, 'float32'))];
      const total = (x: Node): Node => sum(x, { axes: [1] });
      const both = add(mul(total(mul(p, t)), 2), smooth);
      return mean(sub(1, div(both, add(add(total(p), total(t)), smooth))));
    },
    targets: () => [{ kind: 'range', low: 0, high: 1 }],
  };
}
