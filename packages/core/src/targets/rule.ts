import { ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { expectKind } from '../options.ts';
import type { OutputKind } from './output-kind.ts';

/** What the numbers of a target must be; a trainer looks at them on the host, since a graph cannot refuse what it is fed. */
export type TargetRule = (
  | /** Whole numbers from 0 to `classes − 1`; `ignoreIndex` is allowed besides and counts as nothing. */
  { readonly kind: 'classes'; readonly classes: number; readonly ignoreIndex?: number | undefined }
  /** Numbers of at least 0 whose sum along the last axis is 1. */
  | { readonly kind: 'probabilities' }
  /** Numbers from `low` to `high`, such as 0 and 1. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** Finite numbers. */
  | { readonly kind: 'numbers' }
) & {
  /** Which target, where there are several by name. */
  readonly part?: string;
};

/** What a loss tells the metrics beside it. */
export interface TargetContext {
  /** The label that the loss leaves out. */
  readonly ignoreIndex?: number | undefined;
  /** What the loss takes the network's output for. */
  readonly output?: OutputKind | undefined;
}

/** Rows of probabilities may miss 1 by so much, since they are float32. */
const SUM_TOLERANCE = 1e-3;

/**
 * Throws a `ValueError` that names the first number of `target` that breaks `rule`, and its row.
 * @param path Who asks, such as `crossEntropy`.
 */
export function expectTargets(rule: TargetRule, target: NDArray, path: string): void {
  expectKind('rule', rule, { kind: 'text' }, "{ kind: 'classes', classes: 10 }");
  hostArray(path, target);
  if (rule.kind === 'classes') expectClasses(rule, target, path);
  else if (rule.kind === 'probabilities') expectProbabilities(target, path);
  else expectRange(rule.kind === 'range' ? rule : ANY, target, path);
}

const ANY = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

function expectClasses(
  { classes, ignoreIndex }: { readonly classes: number; readonly ignoreIndex?: number | undefined },
  target: NDArray,
  path: string,
): void {
  const { data } = target;
  // A plain loop: this runs for every batch that is fed.
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label >= 0 && label < classes && Math.trunc(label) === label) continue;
    if (label === ignoreIndex) continue;
    throw noClass(target, i, classes, ignoreIndex, path);
  }
}

function noClass(target: NDArray, at: number, classes: number, ignoreIndex: number | undefined, path: string): Error {
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

function expectProbabilities(target: NDArray, path: string): void {
  const { data, shape } = target;
  const classes = shape.at(-1) ?? 1;
  expectRange({ low: 0, high: ANY.high }, target, path, 'one probability for each class');
  for (let start = 0; start < data.length; start += classes) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += data[start + c] as number;
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    throw new ValueError('a row of class probabilities does not add up to 1', {
      path,
      received: `a sum of ${Number(sum.toPrecision(6))} in row ${rowOf(target, start)}`,
      expected: 'float targets as one probability for each class, with the sum 1',
      fix: 'divide each row by its sum; for several yes or no in a row use bceWithLogits() and binaryAccuracy(), for numbers to predict mse()',
    });
  }
}

function expectRange(
  { low, high }: { readonly low: number; readonly high: number },
  target: NDArray,
  path: string,
  what = low === ANY.low ? 'finite numbers' : `numbers from ${low} to ${high}`,
): void {
  const { data } = target;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value >= low && value <= high && Number.isFinite(value)) continue;
    throw new ValueError('a target is not what it is compared with', {
      path,
      received: `${value} in row ${rowOf(target, i)}`,
      expected: what,
      fix: 'look at the data: correct this row or take it out',
    });
  }
}

/** The row of the batch or data set that element `at` belongs to. */
function rowOf({ data, shape }: NDArray, at: number): number {
  return Math.floor(at / Math.max(1, data.length / (shape[0] ?? 1)));
}
