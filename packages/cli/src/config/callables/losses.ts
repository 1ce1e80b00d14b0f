import type * as core from '@descent/core';
import { type AnyLayer, type AnyLoss, bceWithLogits, crossEntropy, lossOn, mse, weightedSum } from '@descent/core';
import { LIST, LOSS, or, PARTS, SHARE, TERM, WHOLE } from '../argument.ts';
import { callable, type TableOf, variadic } from '../callable.ts';

export const LOSSES: TableOf<typeof core, AnyLoss, AnyLoss, AnyLayer> = {
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: or(SHARE, 0), ignoreIndex: WHOLE }),
  mse: callable(mse),
  lossOn: callable(lossOn, { names: PARTS, loss: LOSS }),
  weightedSum: variadic(weightedSum, TERM),
};
