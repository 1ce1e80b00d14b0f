import { ShapeError, ValueError } from '../errors.ts';
import { tensor } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatShape, numel, sameShape } from '../ir/shape.ts';
import { bceWithLogits as elements } from '../ops/composite/bce-with-logits.ts';
import { softplus } from '../ops/composite/softplus.ts';
import { add } from '../ops/elementwise/add.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { neg } from '../ops/elementwise/neg.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { constant, scalar } from '../ops/leaf/constant.ts';
import { mean } from '../ops/reduce/mean.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectOptions } from '../options.ts';
import { expectSameShape } from './_shape.ts';
import type { Loss } from './loss.ts';

export interface BceWithLogitsOptions {
  /** A factor for the loss of each column, or one for all. Default: 1. The mean is over the elements, whatever the factors. */
  readonly weight?: readonly number[];
  /** A factor for the yes of each column, or one for all, such as the number of noes for each yes. Default: 1. */
  readonly posWeight?: readonly number[];
}

/**
 * Mean binary cross entropy of logits with targets from 0 to 1 of the same shape, or `[batch]` for one column, as PyTorch's
 * `BCEWithLogitsLoss`: the sigmoid is part of the loss, so that it neither overflows nor takes the logarithm of 0. Throws a `ShapeError` when they do
 * not fit, a `ValueError` for factors that are not finite or negative.
 */
export function bceWithLogits(options: BceWithLogitsOptions = {}): Loss {
  expectOptions('bceWithLogits', options, ['weight', 'posWeight']);
  const { weight, posWeight } = options;
  expectFactors('weight', weight);
  expectFactors('posWeight', posWeight);
  return {
    label: 'bceWithLogits',
    output: 'logit',
    apply(output, target) {
      const y = cast(asColumn(output, target), 'float32');
      expectSameShape('bceWithLogits', output.type, y.type);
      const losses =
        posWeight === undefined ? elements(output, y) : weighted(output, y, columns('posWeight', posWeight, output));
      return mean(weight === undefined ? losses : mul(losses, columns('weight', weight, output)));
    },
    // Samples of any size, such as sequences, count by their elements.
    weight: ({ type: { shape } }) => (shape.length > 2 ? scalar(numel(shape)) : undefined),
    targets: () => [{ kind: 'range', low: 0, high: 1 }],
  };
}

/** `p·y·ln(1 + e^−x) + (1 − y)·ln(1 + e^x)`. */
function weighted(x: Node, y: Node, factor: Node): Node {
  return add(mul(mul(y, factor), softplus(neg(x))), mul(sub(1, y), softplus(x)));
}

/** Targets without an axis for their only column get it. */
function asColumn({ type: { shape } }: Node, target: Node): Node {
  return sameShape(shape, [...target.type.shape, 1]) ? reshape(target, shape) : target;
}

function columns(option: string, factors: readonly number[], { type: { shape } }: Node): Node {
  if (factors.length === 1 || factors.length === shape.at(-1)) return constant(tensor(factors));
  throw new ShapeError('the factors do not fit the logits', {
    path: `bceWithLogits.${option}`,
    received: `${factors.length} factors for logits ${formatShape(shape)}`,
    expected: 'one for each column, or one for all',
  });
}

function expectFactors(option: string, factors: readonly number[] | undefined): void {
  if (factors === undefined) return;
  const isList = Array.isArray(factors) && factors.length > 0;
  if (isList && factors.every((w) => typeof w === 'number' && w >= 0 && w < Number.POSITIVE_INFINITY)) return;
  throw new ValueError('bceWithLogits was given invalid factors', {
    path: `bceWithLogits.${option}`,
    received: JSON.stringify(factors),
    expected: 'a list of finite numbers of at least 0, such as [3]',
  });
}
