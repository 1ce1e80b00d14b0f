import type { EpochRecord, MetricPath, Mode } from '@descent/core';
import { holm } from '../statistics/holm.ts';
import { type MeanDifference, type Spread, spreadOf, welch } from '../statistics/welch.ts';

/** One training. */
export interface ComparedRun {
  readonly seed: number;
  /** The number that is compared; `null` where training came to none. */
  readonly value: number | null;
  /** The epoch it is of. */
  readonly epoch: number | null;
  /** Of training, in all. */
  readonly seconds: number;
  readonly history: readonly EpochRecord[];
  /** Where it is, for people. */
  readonly folder: string;
}

/** A recipe, and its trainings with several seeds. */
export interface Contender {
  readonly name: string;
  readonly parameters: number;
  /** Floating-point operations of one sample forwards; `null` where the network cannot be built any more. */
  readonly flops: number | null;
  readonly runs: readonly ComparedRun[];
}

/** A recipe with what its trainings came to. */
export interface Compared extends Contender {
  /** Over the seeds that came to a number; `null` without one. */
  readonly value: Spread | null;
  readonly seconds: Spread;
}

/** Whether two recipes differ by more than chance. */
export interface ComparedPair extends MeanDifference {
  /** Their places among the contenders. */
  readonly first: number;
  readonly second: number;
  /** `p` corrected for the number of pairs. */
  readonly corrected: number | null;
}

export interface Comparison {
  readonly metric: MetricPath;
  readonly mode: Mode;
  readonly contenders: readonly Compared[];
  /** All pairs. */
  readonly pairs: readonly ComparedPair[];
  /** In a sentence or two. */
  readonly verdict: string;
}

/** Below that a difference is called more than chance. */
const LEVEL = 0.05;

/** Means that are this close are equal but for rounding. */
const ROUNDING = 1e-12;

/** Compares recipes over seeds: Welch's t test of each pair (Welch 1947), corrected by Holm's method (1979). */
export function compareRuns(
  contenders: readonly Contender[],
  { metric, mode }: Pick<Comparison, 'metric' | 'mode'>,
): Comparison {
  const values = contenders.map(({ runs }) => runs.flatMap(({ value }) => (value === null ? [] : [value])));
  const compared = contenders.map((contender, i): Compared => {
    const own = values[i] as readonly number[];
    return {
      ...contender,
      value: own.length === 0 ? null : spreadOf(own),
      seconds: spreadOf(contender.runs.map(({ seconds }) => seconds)),
    };
  });
  const tests = contenders.flatMap((_, first) =>
    contenders.slice(first + 1).flatMap((__, offset) => {
      const second = first + 1 + offset;
      const [a, b] = [values[first] as readonly number[], values[second] as readonly number[]];
      return a.length === 0 || b.length === 0 ? [] : [{ first, second, ...welch(a, b) }];
    }),
  );
  const corrected = holm(tests.map(({ p }) => p));
  const pairs = tests.map((test, i): ComparedPair => ({ ...test, corrected: corrected[i] ?? null }));
  return { metric, mode, contenders: compared, pairs, verdict: verdictOf(compared, pairs, metric, mode) };
}

function verdictOf(
  contenders: readonly Compared[],
  pairs: readonly ComparedPair[],
  metric: string,
  mode: Mode,
): string {
  const ranked = contenders
    .map(({ name, value }, index) => ({ name, value, index }))
    .flatMap(({ name, value, index }) => (value === null ? [] : [{ name, mean: value.mean, index }]))
    .sort((a, b) => (mode === 'max' ? b.mean - a.mean : a.mean - b.mean));
  const [best, ...behind] = ranked;
  if (best === undefined) return `No training came to a ${metric}.`;
  if (behind.length === 0) return `${best.name} is the only one with a ${metric}.`;
  const isTied = ({ mean }: { readonly mean: number }): boolean =>
    Math.abs(mean - best.mean) <= ROUNDING * Math.max(Math.abs(mean), Math.abs(best.mean));
  const tied = ranked.filter(isTied);
  const others = behind.filter((one) => !isTied(one));
  const names = listed(tied.map(({ name }) => name));
  if (others.length === 0) return `${names} have the same mean ${metric}: none is better than another.`;
  const pairOf = (index: number): ComparedPair | undefined =>
    pairs.find(({ first, second }) => [first, second].includes(best.index) && [first, second].includes(index));
  const sorted = { more: [] as string[], chance: [] as string[], untested: [] as string[] };
  for (const { name, index } of others) {
    const p = pairOf(index)?.corrected ?? null;
    if (p === null) sorted.untested.push(name);
    else if (p < LEVEL) sorted.more.push(`${name} (${shownP(p)})`);
    else sorted.chance.push(`${name} (${shownP(p)})`);
  }
  const parts = [
    ...(sorted.more.length > 0 ? [`That is more than chance against ${listed(sorted.more)}.`] : []),
    ...(sorted.chance.length > 0 ? [`Against ${listed(sorted.chance)} it may be chance.`] : []),
    ...(sorted.untested.length > 0
      ? [
          `Against ${listed(sorted.untested)} there is no test: it takes at least two seeds each, with different results.`,
        ]
      : []),
  ];
  const first =
    tied.length > 1 ? `${names} have the same mean ${metric}, the best.` : `${best.name} has the best mean ${metric}.`;
  // A name and nothing else would be taken for the answer.
  if (tied.length === 1 && sorted.more.length === 0 && sorted.untested.length === 0)
    return `${best.name} has the best mean ${metric}, but by no more than may be chance: against ${listed(sorted.chance)}.`;
  return `${first} ${parts.join(' ')}`;
}

function shownP(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.01 ? 4 : 3)}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
