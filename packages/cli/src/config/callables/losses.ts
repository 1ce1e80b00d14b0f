import type * as core from '@descent/core';
import {
  type AnyLayer,
  type AnyLoss,
  bceWithLogits,
  crossEntropy,
  huber,
  l1,
  lossOn,
  mse,
  smoothL1,
  weightedSum,
} from '@descent/core';
import { LIST, LOSS, NUMBER, oneOf, or, PARTS, POSITIVE, SHARE, TERM, WHOLE } from '../argument.ts';
import { callable, type TableOf, variadic } from '../callable.ts';

const REDUCTION = or(oneOf('mean', 'batchMean'), 'mean');
const REDUCED = { reduction: REDUCTION };

export const LOSSES: TableOf<typeof core, AnyLoss, AnyLoss, AnyLayer> = {
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST, ...REDUCED }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: or(SHARE, 0), ignoreIndex: WHOLE }),
  huber: callable(huber, {}, { delta: or(POSITIVE, 1), ...REDUCED }),
  l1: callable(l1, {}, REDUCED),
  mse: callable(mse, {}, REDUCED),
  smoothL1: callable(smoothL1, {}, { beta: or(NUMBER, 1), ...REDUCED }),
  lossOn: callable(lossOn, { names: PARTS, loss: LOSS }),
  weightedSum: variadic(weightedSum, TERM),
};
