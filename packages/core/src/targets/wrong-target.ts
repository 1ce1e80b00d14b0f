import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isLabel, labelsOf, probabilityBounds, rowSum } from './find-wrong.ts';
import { rowOf } from './row.ts';
import type { TargetRule } from './rule.ts';
import type { SequencesRule } from './sequences.ts';

/**
 * The error for a `target` that breaks `rule` at position `at`, as `firstWrong` finds it.
 * @param path Who asks, such as `crossEntropy`.
 */
export function wrongTarget(rule: TargetRule, target: NDArray, at: number, path: string): ValueError {
  switch (rule.kind) {
    case 'classes':
      return noClass(target, at, rule.classes, rule.ignoreIndex, path);
    case 'probabilities':
    case 'log-probabilities':
      return improbable(rule, target, at, path);
    case 'range':
      return outside(target, at, rangeText(rule.low, rule.high), path);
    case 'numbers':
      return outside(target, at, 'finite numbers', path);
    case 'oneOf':
      return noneOf(rule.values, target, at, path);
    case 'whole':
      return compared(target, at, path, { expected: `whole numbers from ${rule.low} to ${rule.high}` });
    case 'sequences':
      return brokenRow(rule, target, at, path);
  }
}

function noClass(
  target: NDArray,
  at: number,
  classes: number,
  ignoreIndex: number | undefined,
  path: string,
): ValueError {
  const labels = [...target.data].filter((label) => label !== ignoreIndex);
  const [least, most] = labels.reduce(
    ([low, high], label) => [Math.min(low, label), Math.max(high, label)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const wrong = new Set(labels.filter((label) => !(label >= 0 && label < classes && Number.isInteger(label))));
  return new ValueError('a label is not a class of the network', {
    path,
    received: `label ${target.data[at]} in row ${rowOf(target, at)}; the labels are from ${least} to ${most}`,
    expected: `whole numbers from 0 to ${classes - 1}, for ${classes} classes`,
    fix: labelFix(wrong, least, most, classes),
  });
}

function labelFix(wrong: ReadonlySet<number>, least: number, most: number, classes: number): string {
  if (least === 1 && most === classes) return 'labels start at 0: subtract 1 from each';
  const larger = `let the last layer have ${most + 1} outputs, one for each class`;
  const [only] = wrong;
  if (wrong.size === 1 && Number.isInteger(only)) {
    const ignored = `if ${only} marks samples without a label, leave them out with ignoreIndex: ${only}`;
    return only === most && most === classes ? `${larger}; or ${ignored}` : `correct the label; ${ignored}`;
  }
  return least >= 0 && [...wrong].every(Number.isInteger) ? `${larger}; or correct the labels` : 'correct the labels';
}

/** A number that is no probability, or a row of probabilities that do not add up. */
function improbable(
  rule: Extract<TargetRule, { readonly kind: 'probabilities' | 'log-probabilities' }>,
  target: NDArray,
  at: number,
  path: string,
): ValueError {
  const isPlain = rule.kind === 'probabilities';
  const [low, high] = probabilityBounds(rule);
  const value = target.data[at] as number;
  if (!(value >= low && value <= high && Number.isFinite(value))) {
    const what = isPlain ? 'one probability for each class' : 'the logarithm of a probability, at most 0';
    return outside(target, at, what, path);
  }
  return new ValueError('a row of class probabilities does not add up to 1', {
    path,
    received: `a sum of ${Number(rowSum(rule, target, at).toPrecision(6))} in row ${rowOf(target, at)}`,
    expected: isPlain
      ? 'float targets as one probability for each class, with the sum 1'
      : 'logarithms of probabilities whose sum is 1',
    fix: isPlain
      ? 'divide each row by its sum; for several yes or no in a row use bceWithLogits() and binaryAccuracy(), for numbers to predict mse()'
      : 'give what logSoftmax gives; probabilities themselves go with logTarget: false',
  });
}

function noneOf(values: readonly number[], target: NDArray, at: number, path: string): ValueError {
  const isSigns = values.length === 2 && values.includes(-1) && values.includes(1);
  return compared(target, at, path, {
    expected: values.join(' or '),
    fix: isSigns && target.data[at] === 0 ? 'give -1 for no, not 0: 2 · y − 1' : LOOK,
  });
}

function outside(target: NDArray, at: number, expected: string, path: string): ValueError {
  return compared(target, at, path, { expected, fix: LOOK });
}

const LOOK = 'look at the data: correct this row or take it out';

function compared(
  target: NDArray,
  at: number,
  path: string,
  said: { readonly expected: string; readonly fix?: string },
): ValueError {
  return new ValueError('a target is not what it is compared with', {
    path,
    received: `${target.data[at]} in row ${rowOf(target, at)}`,
    ...said,
  });
}

function rangeText(low: number, high: number): string {
  if (high === Number.POSITIVE_INFINITY)
    return low === Number.NEGATIVE_INFINITY ? 'finite numbers' : `finite numbers of at least ${low}`;
  return `numbers from ${low} to ${high}`;
}

/** What is wrong with the row of labels from `start` on. */
function brokenRow(rule: SequencesRule, target: NDArray, start: number, path: string): ValueError {
  const { classes, padding, frames } = rule;
  const { data, shape } = target;
  const row = rowOf(target, start);
  const padded = padding.join(' or ');
  const at = Array.from({ length: shape.at(-1) ?? 1 }, (_, i) => i).find(
    (i) => !padding.includes(data[start + i] as number) && !isLabel(rule, target, start, i),
  );
  if (at === undefined) {
    const { labels, needed } = labelsOf(rule, target, start);
    return new ValueError('a row has more labels than the output has steps for', {
      path,
      received: `${labels} labels in row ${row}, which need ${needed} steps, as equal neighbours need one between them`,
      expected: `at most ${frames} steps, those of the output`,
      fix: 'give the network more steps of time, take the row out, or let such rows count nothing with zeroInfinity: true',
    });
  }
  const label = data[start + at] as number;
  if (!(label >= 0 && label < classes && Number.isInteger(label))) {
    return new ValueError('a label is not a class of the network', {
      path,
      received: `label ${label} in row ${row}`,
      expected: `whole numbers from 0 to ${classes - 1}, and ${padded} behind the last label of a row`,
    });
  }
  return new ValueError('a label stands behind the padding', {
    path,
    received: `label ${label} behind ${data[start + at - 1]} in row ${row}`,
    expected: `${padded} only behind the last label of a row`,
  });
}
