import { ValueError } from '@descent/core';
import { bits, fold, key } from '@descent/core/random';
import { expectNumbers, expectWhole } from './expect.ts';

export interface PairedOptions {
  /** How many ways of exchanging the two are drawn where all are too many. Default 9999. */
  readonly draws?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface PairedDifference {
  /** Mean of second minus first. */
  readonly difference: number;
  /** 95 % interval of the mean: percentiles of the bootstrap over pairs (Efron 1979). */
  readonly interval: readonly [low: number, high: number];
  /** That the mean would be so far from 0, or farther, if the two were exchangeable: the paired permutation test, on both sides. */
  readonly p: number;
  /** Whether `p` counts all ways of exchanging them; else it is over `draws` of them. */
  readonly isExact: boolean;
}

const OPTIONS: readonly string[] = ['draws', 'seed'];

/**
 * Two numbers for each of the same samples, such as the squared errors of two networks: the paired permutation test (Fisher 1935; Pitman 1937), which exchanges the
 * two of any pair. With few pairs all ways are counted, else `draws` of them are drawn, and the one seen counts as another (Phipson & Smyth 2010), so that
 * `p` is never 0. It assumes that pairs are independent, and nothing of their distribution.
 * @throws ValueError unless there are as many finite numbers in both, at least one.
 */
export function pairedPermutation(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: PairedOptions = {},
): PairedDifference {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined)
    throw new ValueError(`pairedPermutation has no option '${unknown}'`, { expected: OPTIONS.join(', ') });
  const { draws = 9999, seed = 0 } = options;
  expectWhole('draws', draws, 1);
  expectNumbers('first', first, 1);
  expectNumbers('second', second, 1);
  if (first.length !== second.length) {
    throw new ValueError('the two are not about the same samples', {
      received: `${first.length} and ${second.length} numbers`,
      expected: 'as many in both',
    });
  }
  const differences = Float64Array.from(first, (a, i) => (second[i] as number) - a);
  const isExact = 2 ** differences.length <= draws + 1;
  return {
    difference: sum(differences) / differences.length,
    interval: bootstrap(differences, draws, seed),
    p: isExact ? exactP(differences) : drawnP(differences, draws, seed),
    isExact,
  };
}

/** Sums that are equal but for rounding count as equal: by so much of the sum of all sizes. */
const TOLERANCE = 1e-12;

function exactP(differences: Float64Array): number {
  const ways = 2 ** differences.length;
  const reached = reachedBy(differences);
  let extreme = 0;
  for (let way = 0; way < ways; way++) {
    let total = 0;
    for (let i = 0; i < differences.length; i++) {
      const value = differences[i] as number;
      total += (way >>> i) & 1 ? -value : value;
    }
    if (reached(total)) extreme += 1;
  }
  return extreme / ways;
}

function drawnP(differences: Float64Array, draws: number, seed: number): number {
  const reached = reachedBy(differences);
  // Where two agree nothing is exchanged.
  const some = differences.filter((value) => value !== 0);
  const words = new Uint32Array(Math.ceil(some.length / 32));
  const stream = fold(key(seed), 'exchange');
  let extreme = 0;
  for (let draw = 0; draw < draws; draw++) {
    bits(fold(stream, draw), words);
    let total = 0;
    for (let i = 0; i < some.length; i++) {
      const value = some[i] as number;
      total += ((words[i >>> 5] as number) >>> (i & 31)) & 1 ? -value : value;
    }
    if (reached(total)) extreme += 1;
  }
  return (extreme + 1) / (draws + 1);
}

function reachedBy(differences: Float64Array): (total: number) => boolean {
  const seen = Math.abs(sum(differences));
  const slack = TOLERANCE * differences.reduce((all, value) => all + Math.abs(value), 0);
  return (total) => Math.abs(total) >= seen - slack;
}

function bootstrap(differences: Float64Array, draws: number, seed: number): readonly [number, number] {
  const n = differences.length;
  const stream = fold(key(seed), 'bootstrap');
  const words = new Uint32Array(n);
  const means = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    bits(fold(stream, draw), words);
    let total = 0;
    for (let i = 0; i < n; i++) total += differences[Math.floor(((words[i] as number) / 2 ** 32) * n)] as number;
    means[draw] = total / n;
  }
  means.sort();
  const at = (share: number): number => means[Math.min(draws - 1, Math.floor(share * draws))] as number;
  return [at(0.025), at(0.975)];
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
