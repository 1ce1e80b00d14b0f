import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import type { TargetRule } from './rule.ts';
import type { SequencesRule } from './sequences.ts';

// What is wrong is found here, for every batch; what is said of it stands in `wrong-target.ts`, which a page fetches when it is needed.

/** Rows of probabilities may miss 1 by so much, since they are float32. */
export const SUM_TOLERANCE = 1e-3;

const ANY = Number.POSITIVE_INFINITY;

type Rule<K extends TargetRule['kind']> = Extract<TargetRule, { readonly kind: K }>;
type Numbers = ArrayLike<number>;

const FINDERS: { readonly [K in TargetRule['kind']]: (rule: Rule<K>, target: NDArray) => number } = {
  classes: ({ classes, ignoreIndex }, { data }) => firstNoClass(data, classes, ignoreIndex),
  probabilities: (rule, target) => firstImprobable(rule, target),
  'log-probabilities': (rule, target) => firstImprobable(rule, target),
  range: ({ low, high }, { data }) => firstOutside(data, low, high),
  numbers: (_, { data }) => firstOutside(data, -ANY, ANY),
  oneOf: ({ values }, { data }) => first(data, (value) => values.includes(value)),
  whole: ({ low, high }, { data }) => first(data, (v) => v >= low && v <= high && Math.trunc(v) === v),
  sequences: firstBrokenRow,
};

/** All kinds of rules. */
export const RULE_KINDS: readonly string[] = Object.keys(FINDERS);

/** The position of the first number of `target` that breaks `rule`, or of the first number of the row that does; −1 where all is well. */
export function firstWrong(rule: TargetRule, target: NDArray): number {
  const find = FINDERS[rule.kind] as (rule: TargetRule, target: NDArray) => number;
  return find(rule, target);
}

/** The bounds of each number of `probabilities`, or of their logarithms. */
export function probabilityBounds({ kind }: Rule<'probabilities' | 'log-probabilities'>): readonly [number, number] {
  return kind === 'probabilities' ? [0, ANY] : [-ANY, SUM_TOLERANCE];
}

/** The probabilities of the row that begins at `start`, added up. */
export function rowSum(
  { kind, axis = -1 }: Rule<'probabilities' | 'log-probabilities'>,
  target: NDArray,
  start: number,
): number {
  const { data, shape } = target;
  const stride = strideOf(shape, axis);
  let sum = 0;
  for (let c = 0; c < (shape.at(axis) ?? 1); c++) {
    const value = data[start + c * stride] as number;
    sum += kind === 'probabilities' ? value : Math.exp(value);
  }
  return sum;
}

/** How many labels the row from `start` on has, and how many steps they need: one more where two equal ones follow each other. */
export function labelsOf(
  { padding }: SequencesRule,
  { data, shape }: NDArray,
  start: number,
): { readonly labels: number; readonly needed: number } {
  let [labels, needed] = [0, 0];
  for (let i = 0; i < (shape.at(-1) ?? 1); i++) {
    if (padding.includes(data[start + i] as number)) continue;
    needed += i > 0 && data[start + i - 1] === data[start + i] ? 2 : 1;
    labels = i + 1;
  }
  return { labels, needed };
}

/** Whether `value` is a label at position `i` of the row from `start` on: a class, and not behind padding. */
export function isLabel({ classes, padding }: SequencesRule, { data }: NDArray, start: number, i: number): boolean {
  const label = data[start + i] as number;
  if (!(label >= 0 && label < classes && Math.trunc(label) === label)) return false;
  return i === 0 || !padding.includes(data[start + i - 1] as number);
}

function firstBrokenRow(rule: SequencesRule, target: NDArray): number {
  const { data, shape } = target;
  const length = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += length) {
    for (let i = 0; i < length; i++) {
      if (!rule.padding.includes(data[start + i] as number) && !isLabel(rule, target, start, i)) return start;
    }
    if (rule.frames !== undefined && labelsOf(rule, target, start).needed > rule.frames) return start;
  }
  return -1;
}

/** The first number out of bounds, else the first of a row whose sum is not 1. */
function firstImprobable(rule: Rule<'probabilities' | 'log-probabilities'>, target: NDArray): number {
  const { data, shape } = target;
  const outside = firstOutside(data, ...probabilityBounds(rule));
  if (outside !== -1) return outside;
  const { axis = -1 } = rule;
  const classes = shape.at(axis) ?? 1;
  const stride = strideOf(shape, axis);
  for (let row = 0; row < data.length / classes; row++) {
    const start = Math.floor(row / stride) * stride * classes + (row % stride);
    if (!(Math.abs(rowSum(rule, target, start) - 1) <= SUM_TOLERANCE)) return start;
  }
  return -1;
}

/** Numbers between two of one row. */
function strideOf(shape: NDArray['shape'], axis: number): number {
  return axis === -1 ? 1 : numel(shape.slice((axis < 0 ? axis + shape.length : axis) + 1));
}

// Plain loops: these run for every batch that is fed.

function firstNoClass(data: Numbers, classes: number, ignoreIndex: number | undefined): number {
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (!(label >= 0 && label < classes && Math.trunc(label) === label) && label !== ignoreIndex) return i;
  }
  return -1;
}

function firstOutside(data: Numbers, low: number, high: number): number {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!(value >= low && value <= high && Number.isFinite(value))) return i;
  }
  return -1;
}

function first(data: Numbers, isRight: (value: number) => boolean): number {
  for (let i = 0; i < data.length; i++) if (!isRight(data[i] as number)) return i;
  return -1;
}
