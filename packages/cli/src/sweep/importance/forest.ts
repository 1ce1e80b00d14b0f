import { bits, fold, type Key, key } from '@descent/core/random';

/** A regression tree: a number, or a question about a feature with what follows from either answer. */
export type Tree =
  | number
  | { readonly feature: number; readonly at: number; readonly below: Tree; readonly above: Tree };

/** A tree with the rows that it was not grown on. */
export interface GrownTree {
  readonly tree: Tree;
  readonly outOfBag: readonly number[];
}

const TREES = 200;
/** Of a leaf. */
const LEAST_ROWS = 2;

/** A random forest (Breiman, 2001): each tree on a sample of the rows with replacement, each split on the best of a third of the features, two at least. */
export function growForest(
  x: readonly (readonly number[])[],
  y: readonly number[],
  seed: number,
): readonly GrownTree[] {
  const features = x[0]?.length ?? 0;
  const tried = Math.min(features, Math.max(2, Math.ceil(features / 3)));
  return Array.from({ length: TREES }, (_, t) => {
    const draw = drawer(fold(key(seed), t));
    const rows = y.map(() => draw(y.length));
    const inBag = new Set(rows);
    return {
      tree: grow(rows, { x, y, tried, features, draw }),
      outOfBag: y.map((_, row) => row).filter((row) => !inBag.has(row)),
    };
  });
}

export function predict(tree: Tree, row: readonly number[]): number {
  let at = tree;
  while (typeof at !== 'number') at = (row[at.feature] as number) <= at.at ? at.below : at.above;
  return at;
}

interface Growth {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly tried: number;
  readonly features: number;
  readonly draw: (below: number) => number;
}

function grow(rows: readonly number[], growth: Growth): Tree {
  const { x, y, tried, features, draw } = growth;
  const all = rows.map((row) => y[row] as number);
  if (rows.length < 2 * LEAST_ROWS || all.every((value) => value === all[0])) return mean(all);
  const order = Array.from({ length: features }, (_, f) => f);
  for (let i = 0; i < tried; i++) {
    const j = i + draw(features - i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const splits = order.slice(0, tried).flatMap((feature) => bestSplit(rows, feature, growth) ?? []);
  const [split] = splits.sort((a, b) => b.gain - a.gain);
  if (split === undefined) return mean(all);
  const { feature, at } = split;
  const isBelow = (row: number): boolean => ((x[row] as readonly number[])[feature] as number) <= at;
  return {
    feature,
    at,
    below: grow(rows.filter(isBelow), growth),
    above: grow(
      rows.filter((row) => !isBelow(row)),
      growth,
    ),
  };
}

/** The place that leaves the least squared error on both sides. */
function bestSplit(
  rows: readonly number[],
  feature: number,
  { x, y }: Growth,
): { readonly feature: number; readonly at: number; readonly gain: number } | undefined {
  const pairs = rows
    .map((row) => [(x[row] as readonly number[])[feature] as number, y[row] as number] as const)
    .sort(([a], [b]) => a - b);
  const total = pairs.reduce((sum, [, value]) => sum + value, 0);
  let [sum, best] = [0, undefined as { feature: number; at: number; gain: number } | undefined];
  for (let i = 0; i < pairs.length - 1; i++) {
    const [[here, value], [next]] = [pairs[i] as readonly [number, number], pairs[i + 1] as readonly [number, number]];
    sum += value;
    const [left, right] = [i + 1, pairs.length - i - 1];
    if (here === next || left < LEAST_ROWS || right < LEAST_ROWS) continue;
    const gain = sum ** 2 / left + (total - sum) ** 2 / right - total ** 2 / pairs.length;
    if (gain > (best?.gain ?? 1e-12)) best = { feature, at: (here + next) / 2, gain };
  }
  return best;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whole numbers from 0 to below a bound, one after the other. */
export function drawer(stream: Key): (below: number) => number {
  let block = 0;
  const words = new Uint32Array(64);
  let at = words.length;
  return (below) => {
    if (at === words.length) {
      bits(fold(stream, block++), words);
      at = 0;
    }
    return Math.floor(((words[at++] as number) / 2 ** 32) * below);
  };
}
