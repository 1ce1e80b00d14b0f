import { crossEntropy, type Loss, mse } from '@descent/core';
import { UsageError } from '../errors.ts';
import type { DataSource } from './data.ts';

export function defaultLoss(task: DataSource['task']): Loss {
  return task === 'regression' ? mse() : crossEntropy();
}

/** Throws when numbers would be taken for probabilities of classes: a column of them has the shape of those of one class. */
export function expectLossFits(loss: Loss, { name, task }: DataSource): void {
  if (task !== 'regression' || loss.label !== 'crossEntropy') return;
  throw new UsageError(`${name} holds numbers to predict, not classes`, {
    path: 'loss',
    received: loss.label,
    expected: 'mse(), which is the default for these data',
  });
}
