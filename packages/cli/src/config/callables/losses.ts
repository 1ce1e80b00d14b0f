import type * as core from '@descent/core';
import {
  type AnyLayer,
  type AnyLoss,
  bce,
  bceWithLogits,
  crossEntropy,
  dice,
  focal,
  huber,
  l1,
  lossOn,
  mse,
  multiLabelMargin,
  multiLabelSoftMargin,
  multiMargin,
  nll,
  sigmoidFocal,
  smoothL1,
  softMargin,
  weightedSum,
} from '@descent/core';
import { COUNT, LIST, LOSS, NUMBER, oneOf, or, PARTS, POSITIVE, SHARE, TERM, WHOLE } from '../argument.ts';
import { callable, type TableOf, variadic } from '../callable.ts';

const REDUCTION = or(oneOf('mean', 'batchMean'), 'mean');
const REDUCED = { reduction: REDUCTION };
const LABELS = { ignoreIndex: WHOLE, classAxis: or(WHOLE, -1) };

export const LOSSES: TableOf<typeof core, AnyLoss, AnyLoss, AnyLayer> = {
  bce: callable(bce, {}, { weight: LIST, ...REDUCED }),
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST, ...REDUCED }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: or(SHARE, 0), ...LABELS }),
  dice: callable(dice, {}, { smooth: or(POSITIVE, 1) }),
  focal: callable(focal, {}, { gamma: or(NUMBER, 2), alpha: LIST, ...LABELS }),
  huber: callable(huber, {}, { delta: or(POSITIVE, 1), ...REDUCED }),
  l1: callable(l1, {}, REDUCED),
  mse: callable(mse, {}, REDUCED),
  multiLabelMargin: callable(multiLabelMargin),
  multiLabelSoftMargin: callable(multiLabelSoftMargin, {}, { weight: LIST }),
  multiMargin: callable(multiMargin, {}, { p: or(COUNT, 1), margin: or(NUMBER, 1), weight: LIST }),
  nll: callable(nll, {}, { weight: LIST, ...LABELS }),
  sigmoidFocal: callable(sigmoidFocal, {}, { alpha: or(NUMBER, 0.25), gamma: or(NUMBER, 2), ...REDUCED }),
  smoothL1: callable(smoothL1, {}, { beta: or(NUMBER, 1), ...REDUCED }),
  softMargin: callable(softMargin, {}, REDUCED),
  lossOn: callable(lossOn, { names: PARTS, loss: LOSS }),
  weightedSum: variadic(weightedSum, TERM),
};
