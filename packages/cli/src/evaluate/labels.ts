import { DescentError, type NDArray } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import type { LoadedSet } from '../config/data.ts';
import { didYouMean } from '../config/suggest.ts';
import type { OpenModel } from '../run/open-model.ts';

/**
 * The same data with labels numbered as the network has its classes, by their names. Where the network does not name its classes, labels stay.
 * @throws DescentError for a class that the network does not have.
 */
export function withLabels(set: LoadedSet, { labels }: Pick<OpenModel, 'labels'>, path: string): LoadedSet {
  const { classes, y } = set;
  if (labels.length === 0 || classes.length === 0 || !isLeaf(y)) return set;
  if (classes.length === labels.length && classes.every((name, i) => name === labels[i])) return set;
  const numbers = classes.map((name) => labels.indexOf(name));
  const unknown = numbers.indexOf(-1);
  if (unknown >= 0) {
    const name = classes[unknown] as string;
    throw new DescentError(`the network knows no class '${name}'${didYouMean(name, labels)}`, {
      path,
      received: `classes ${few(classes)} of ${set.name}`,
      expected: `some of ${few(labels)}`,
      fix: 'take data of these classes; what a class is called must be the same in both',
    });
  }
  const data = Int32Array.from(y.data as Int32Array, (label) => numbers[label] ?? label);
  return { ...set, classes: labels, y: { ...y, dtype: 'int32', data } as NDArray };
}

function few(names: readonly string[]): string {
  return `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;
}
