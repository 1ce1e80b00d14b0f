import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { rowOf } from './row.ts';

/** Labels of any number along the last axis, and behind them nothing but padding. */
export interface SequencesRule {
  readonly kind: 'sequences';
  /** Labels are from 0 to `classes − 1`, other than padding. */
  readonly classes: number;
  /** What stands behind the labels. */
  readonly padding: readonly number[];
  /** How many steps of time there are: each label needs one, and one more between two equal ones. */
  readonly frames?: number | undefined;
}

/** Throws a `ValueError` that names the first row that breaks the rule. */
export function expectSequences({ classes, padding, frames }: SequencesRule, target: NDArray, path: string): void {
  const { data, shape } = target;
  const length = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += length) {
    let end = 0;
    let needed = 0;
    for (let i = 0; i < length; i++) {
      const label = data[start + i] as number;
      if (padding.includes(label)) continue;
      if (!(label >= 0 && label < classes && Math.trunc(label) === label)) {
        throw new ValueError('a label is not a class of the network', {
          path,
          received: `label ${label} in row ${rowOf(target, start)}`,
          expected: `whole numbers from 0 to ${classes - 1}, and ${padding.join(' or ')} behind the last label of a row`,
        });
      }
      if (end < i) {
        throw new ValueError('a label stands behind the padding', {
          path,
          received: `label ${label} behind ${data[start + i - 1]} in row ${rowOf(target, start)}`,
          expected: `${padding.join(' or ')} only behind the last label of a row`,
        });
      }
      needed += i > 0 && data[start + i - 1] === label ? 2 : 1;
      end = i + 1;
    }
    if (frames === undefined || needed <= frames) continue;
    throw new ValueError('a row has more labels than the output has steps for', {
      path,
      received: `${end} labels in row ${rowOf(target, start)}, which need ${needed} steps, as equal neighbours need one between them`,
      expected: `at most ${frames} steps, those of the output`,
      fix: 'give the network more steps of time, take the row out, or let such rows count nothing with zeroInfinity: true',
    });
  }
}
