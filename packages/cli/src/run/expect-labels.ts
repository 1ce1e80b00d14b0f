import { checkTargets, forwardGraph, prefixPath } from '@descent/core';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';

/**
 * Throws unless the network has an output for each class of the data, and all targets are what the loss and the metrics take. Looks at all
 * data before anything is trained or written.
 */
export function expectLabels({ model, loss, metrics, data: { sample } }: LoadedConfig, data: LoadedData): void {
  for (const role of ['train', 'validation', 'test'] as const) {
    const set = data[role];
    if (set === null) continue;
    try {
      checkTargets({ model, loss, metrics }, sample, set.y);
    } catch (error) {
      throw prefixPath(error, `${role} data of ${set.name}`);
    }
  }
  const { classes, name } = data.train;
  const shape = forwardGraph(model, sample, { batch: 2 }).outputs.get('output')?.type.shape ?? [];
  const outputs = shape.at(loss.classAxis ?? -1) ?? 0;
  if (loss.output !== 'logits' || outputs >= classes.length) return;
  throw new UsageError('the network has fewer outputs than there are classes', {
    path: 'model',
    received: `${outputs} outputs`,
    expected: `${classes.length}, one for each class of ${name}: ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ', …' : ''}`,
    fix: `let the last layer have ${classes.length} outputs`,
  });
}
