import { leavesOf } from '@descent/core/backend';
import { mcnemar, type PairedAccuracy, type PairedDifference, pairedPermutation } from '@descent/runs';
import { UsageError } from '../errors.ts';
import type { Judgement } from './judge.ts';

/** Which of two networks is better on the same samples, and whether that is more than chance. */
export type Pair = { readonly samples: number; readonly verdict: string } & (
  | ({ readonly test: 'McNemar, exact' } & PairedAccuracy)
  | ({ readonly test: 'paired permutation of squared errors' } & PairedDifference)
);

/** Below that a difference is called more than chance. */
const LEVEL = 0.05;
/** Draws of the permutation test; fewer for many samples, whose tests take long. */
const DRAWS = 9999;
const MANY = 30_000;

/** Throws a UsageError unless both were asked about the same samples. */
export function pairOf(first: Judgement, second: Judgement): Pair {
  expectSameTargets(first, second);
  const names = [first.model, second.model] as const;
  const [a, b] = [first.perSample, second.perSample];
  if (a === null || b === null) {
    throw new UsageError('two networks are compared where each sample has one answer', {
      received: 'several labels for each sample, which do not count as independent',
      fix: 'evaluate them one by one',
    });
  }
  if (first.task === 'numbers') {
    const draws = a.length > MANY ? 999 : DRAWS;
    const result = pairedPermutation(a, b, { draws });
    return {
      test: 'paired permutation of squared errors',
      samples: a.length,
      ...result,
      verdict: verdictOfErrors(names, result),
    };
  }
  let [onlyFirst, onlySecond, samples] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) continue;
    samples += 1;
    if (a[i] === 1 && b[i] === 0) onlyFirst += 1;
    if (a[i] === 0 && b[i] === 1) onlySecond += 1;
  }
  const result = mcnemar(onlyFirst, onlySecond, samples);
  return { test: 'McNemar, exact', samples, ...result, verdict: verdictOfClasses(names, result, samples) };
}

function expectSameTargets(first: Judgement, second: Judgement): void {
  const [a, b] = [first, second].map(({ set }) => leavesOf(set.y)[0]?.[1]);
  const name = ({ set }: Judgement, label: number): string => set.classes[label] ?? String(label);
  const isSame =
    first.task === second.task &&
    a !== undefined &&
    b !== undefined &&
    String(a.shape) === String(b.shape) &&
    a.data.every((value, i) => name(first, value) === name(second, b.data[i] as number));
  if (isSame) return;
  throw new UsageError('the two were not asked about the same samples', {
    received: [first, second]
      .map(({ model, set, part, task }) => `${model}: ${set.length} ${part} samples of ${set.name} (${task})`)
      .join('; '),
    expected: 'the same targets in the same order',
    fix: 'name the data for both: --data <set or file>',
  });
}

type Names = readonly [string, string];

function verdictOfClasses(
  [a, b]: Names,
  { onlyFirst, onlySecond, difference, interval, p }: PairedAccuracy,
  samples: number,
) {
  if (onlyFirst + onlySecond === 0)
    return `${a} and ${b} are right on the same ${samples} samples: nothing tells them apart.`;
  const [better, worse] = difference >= 0 ? [b, a] : [a, b];
  const [low, high] = difference >= 0 ? interval : [-interval[1], -interval[0]];
  const points = `${(100 * Math.abs(difference)).toFixed(2)} percentage points (95 % interval ${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)})`;
  const counts = `alone it is right on ${Math.max(onlyFirst, onlySecond)} samples, the other on ${Math.min(onlyFirst, onlySecond)}`;
  const test = `McNemar's exact test, ${shownP(p)}`;
  if (p < LEVEL) return `${better} is better than ${worse} by ${points}: ${counts} (${test}).`;
  return `No difference that is more than chance: ${better} is ahead by ${points}, ${counts} (${test}).`;
}

function verdictOfErrors([a, b]: Names, { difference, interval, p, isExact }: PairedDifference): string {
  if (difference === 0 && interval[0] === 0 && interval[1] === 0)
    return `${a} and ${b} make the same errors: nothing tells them apart.`;
  const [better, worse] = difference <= 0 ? [b, a] : [a, b];
  const [low, high] = difference > 0 ? interval : [-interval[1], -interval[0]];
  const amount = `${digits(Math.abs(difference))} in the mean squared error (95 % interval ${digits(low)} to ${digits(high)})`;
  const test = `${isExact ? 'exact ' : ''}paired permutation test, ${shownP(p)}`;
  if (p < LEVEL) return `${better} is better than ${worse} by ${amount} (${test}).`;
  return `No difference that is more than chance: ${better} is ahead of ${worse} by ${amount} (${test}).`;
}

function digits(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

/** `p = 0.012`, `p < 0.0001` */
export function shownP(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.01 ? 4 : 3)}`;
}
