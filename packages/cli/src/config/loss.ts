import { crossEntropy, type Loss, mse, type OutputKind } from '@descent/core';
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

/** What the output of a network trained by `loss` on data of these classes is, where that is known without its graph. */
export function kindOfTask({ output }: Loss, classes: readonly string[]): OutputKind | null {
  // A sigmoid in front of mse() may bound numbers as well as give probabilities.
  return output === 'values' && classes.length === 0 ? output : null;
}
