import { ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { describeValue, expectKind } from '../options.ts';
import type { OutputKind } from './output-kind.ts';
import { rowOf } from './row.ts';
import { expectSequences, type SequencesRule } from './sequences.ts';

/** What the numbers of a target must be; a trainer looks at them on the host, since a graph cannot refuse what it is fed. */
export type TargetRule = (
  | /** Whole numbers from 0 to `classes − 1`; `ignoreIndex` is allowed besides and counts as nothing. */
  { readonly kind: 'classes'; readonly classes: number; readonly ignoreIndex?: number | undefined }
  /** Numbers of at least 0 whose sum along `axis`, by default the last, is 1. */
  | { readonly kind: 'probabilities'; readonly axis?: number | undefined }
  /** Numbers from `low` to `high`, such as 0 and 1. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** Finite numbers. */
  | { readonly kind: 'numbers' }
  /** One of a few numbers, such as −1 and 1. */
  | { readonly kind: 'oneOf'; readonly values: readonly number[] }
  /** Logarithms of `probabilities`. */
  | { readonly kind: 'log-probabilities'; readonly axis?: number | undefined }
  /** Whole numbers from `low` to `high`, such as lengths. */
  | { readonly kind: 'whole'; readonly low: number; readonly high: number }
  | SequencesRule
) & {
  /** Which target, where there are several by name. */
  readonly part?: string;
};

/** What a loss tells the metrics beside it. */
export interface TargetContext {
  /** The label that the loss leaves out. */
  readonly ignoreIndex?: number | undefined;
  /** The axis of the classes in the output, where it is not the last. */
  readonly classAxis?: number | undefined;
  /** What the loss takes the network's output for. */
  readonly output?: OutputKind | undefined;
}

/** Rows of probabilities may miss 1 by so much, since they are float32. */
export const SUM_TOLERANCE = 1e-3;

/**
 * Throws a `ValueError` that names the first number of `target` that breaks `rule`, and its row.
 * @param path Who asks, such as `crossEntropy`.
 */
export function expectTargets(rule: TargetRule, target: NDArray, path: string): void {
  expectKind('rule', rule, { kind: 'text' }, "{ kind: 'classes', classes: 10 }");
  hostArray(path, target);
  if (!Object.hasOwn(CHECKS, rule.kind)) {
    throw new ValueError('there is no such rule for targets', {
      received: describeValue(rule.kind),
      expected: RULE_KINDS.join(', '),
    });
  }
  const check = CHECKS[rule.kind] as (rule: TargetRule, target: NDArray, path: string) => void;
  check(rule, target, path);
}

type Check<K extends TargetRule['kind']> = (
  rule: Extract<TargetRule, { readonly kind: K }>,
  target: NDArray,
  path: string,
) => void;

const CHECKS: { readonly [K in TargetRule['kind']]: Check<K> } = {
  classes: expectClasses,
  probabilities: (rule, target, path) => expectProbabilities(rule, target, path),
  'log-probabilities': (rule, target, path) => expectProbabilities(rule, target, path, Math.exp),
  range: (rule, target, path) => expectRange(rule, target, path),
  numbers: (_, target, path) => expectRange(ANY, target, path),
  oneOf: expectOneOfThese,
  whole: expectWhole,
  sequences: expectSequences,
};

/** All kinds of rules. */
export const RULE_KINDS: readonly string[] = Object.keys(CHECKS);

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

function expectProbabilities(
  { axis = -1 }: { readonly axis?: number | undefined },
  target: NDArray,
  path: string,
  of?: (v: number) => number,
): void {
  const { data, shape } = target;
  const classes = shape.at(axis) ?? 1;
  // Numbers between two of one row.
  const stride = axis === -1 ? 1 : numel(shape.slice((axis < 0 ? axis + shape.length : axis) + 1));
  if (of === undefined) expectRange({ low: 0, high: ANY.high }, target, path, 'one probability for each class');
  else expectRange({ low: ANY.low, high: SUM_TOLERANCE }, target, path, 'the logarithm of a probability, at most 0');
  for (let row = 0; row < data.length / classes; row++) {
    const start = Math.floor(row / stride) * stride * classes + (row % stride);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const value = data[start + c * stride] as number;
      sum += of === undefined ? value : of(value);
    }
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    throw new ValueError('a row of class probabilities does not add up to 1', {
      path,
      received: `a sum of ${Number(sum.toPrecision(6))} in row ${rowOf(target, start)}`,
      expected:
        of === undefined
          ? 'float targets as one probability for each class, with the sum 1'
          : 'logarithms of probabilities whose sum is 1',
      fix:
        of === undefined
          ? 'divide each row by its sum; for several yes or no in a row use bceWithLogits() and binaryAccuracy(), for numbers to predict mse()'
          : 'give what logSoftmax gives; probabilities themselves go with logTarget: false',
    });
  }
}

function expectOneOfThese({ values }: { readonly values: readonly number[] }, target: NDArray, path: string): void {
  const { data } = target;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (values.includes(value)) continue;
    const isSigns = values.length === 2 && values.includes(-1) && values.includes(1);
    throw new ValueError('a target is not what it is compared with', {
      path,
      received: `${value} in row ${rowOf(target, i)}`,
      expected: values.join(' or '),
      fix:
        isSigns && value === 0
          ? 'give -1 for no, not 0: 2 · y − 1'
          : 'look at the data: correct this row or take it out',
    });
  }
}

function expectWhole(
  { low, high }: { readonly low: number; readonly high: number },
  target: NDArray,
  path: string,
): void {
  const { data } = target;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value >= low && value <= high && Math.trunc(value) === value) continue;
    throw new ValueError('a target is not what it is compared with', {
      path,
      received: `${value} in row ${rowOf(target, i)}`,
      expected: `whole numbers from ${low} to ${high}`,
    });
  }
}

function expectRange(
  { low, high }: { readonly low: number; readonly high: number },
  target: NDArray,
  path: string,
  what = rangeText(low, high),
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

function rangeText(low: number, high: number): string {
  if (high === ANY.high) return low === ANY.low ? 'finite numbers' : `finite numbers of at least ${low}`;
  return `numbers from ${low} to ${high}`;
}
