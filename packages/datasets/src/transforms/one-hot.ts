import type { BatchKernel } from './kernel.ts';
import { expectClasses, probabilities } from './labels.ts';
import type { BatchTransformOf } from './transform.ts';

type Data = { readonly classes: number };

/**
 * Labels `[batch]` as float32 rows `[batch, classes]` with a 1 at the class, which `crossEntropy` and `accuracy` take, too.
 * Throws a `ValueError` unless `classes` is a positive integer, and for a label outside of them.
 */
export function oneHot(classes: number): BatchTransformOf<'oneHot', Data> {
  expectClasses('oneHot.classes', classes);
  return { batchTransform: 'oneHot', options: { classes } };
}

export const oneHotKernel: BatchKernel<Data> = {
  changes: 'labels',
  label: ({ classes }) => `${classes}`,
  apply: (batch, { classes }) => ({ ...batch, y: probabilities(batch, classes) }),
};
