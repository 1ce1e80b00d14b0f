import { fold, key } from '@descent/core/random';
import { isOrdered, type Parameter, positionIn, type Space, shareOf, type Values } from '../space/parameter.ts';
import type { Trial } from '../state.ts';
import { drawer, growForest, predict } from './forest.ts';

/** How much each parameter mattered. */
export type Importance =
  | {
      readonly isKnown: true;
      /** By parameter, the largest first: see `importanceOf`. */
      readonly shares: Readonly<Record<string, number>>;
      /** How well the forest foretells trials that it was not grown on: 1 is exactly, 0 as well as their mean. */
      readonly r2: number;
      readonly trials: number;
    }
  | { readonly isKnown: false; readonly reason: string };

const LEAST_TRIALS = 10;
/** Below it the forest knows next to nothing, and what it says of parameters is noise. */
const LEAST_R2 = 0.1;

/**
 * How much worse a random forest foretells the rank of a trial when the values of one parameter are shuffled among the trials that a tree has not seen, as a
 * share of the variance of the ranks (permutation importance, Breiman, 2001). Ranks, so that one loss that exploded does not outweigh all others; a trial that
 * diverged has the last rank. Trials are compared after as many epochs as all of them had.
 *
 * It says nothing where there are fewer than 10 trials, or the forest foretells no better than their mean. What two parameters do together counts for both.
 */
export function importanceOf(space: Space, trials: readonly Trial[]): Importance {
  const names = Object.keys(space);
  const rows = trials.flatMap(({ values, outcomes }) => {
    const [first] = outcomes;
    return first === undefined || first.status === 'failed' ? [] : [{ values, value: first.value }];
  });
  if (names.length < 2) return { isKnown: false, reason: 'there is one parameter only' };
  if (rows.length < LEAST_TRIALS)
    return { isKnown: false, reason: `${rows.length} trials are too few to say it; ${LEAST_TRIALS} at least` };
  const y = ranks(rows.map(({ value }) => value));
  const encoded = names.map((name) => encoder(space[name] as Parameter, name));
  const x = rows.map(({ values }) => encoded.flatMap((encode) => encode(values)));
  const variance = y.reduce((sum, value) => sum + value ** 2, 0) / y.length;
  if (variance === 0) return { isKnown: false, reason: 'all trials came to the same number' };

  const forest = growForest(x, y, 0);
  const widths = encoded.map((encode) => encode((rows[0] as (typeof rows)[number]).values).length);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
  // Trials are foretold by the mean of the trees that have not seen them, once as they are, once with one parameter of another trial.
  const error = (parameter: number | null): number => {
    const sums = y.map(() => ({ sum: 0, trees: 0 }));
    for (const [t, { tree, outOfBag }] of forest.entries()) {
      const others = parameter === null ? outOfBag : shuffled(outOfBag, t, parameter);
      for (const [i, row] of outOfBag.entries()) {
        const given = x[row] as readonly number[];
        const other = x[others[i] as number] as readonly number[];
        const from = parameter === null ? 0 : (starts[parameter] as number);
        const to = parameter === null ? 0 : from + (widths[parameter] as number);
        const mixed =
          parameter === null ? given : given.map((value, f) => (f >= from && f < to ? (other[f] as number) : value));
        const into = sums[row] as { sum: number; trees: number };
        into.sum += predict(tree, mixed);
        into.trees++;
      }
    }
    const seen = sums.flatMap(({ sum, trees }, row) => (trees === 0 ? [] : [((y[row] as number) - sum / trees) ** 2]));
    return seen.reduce((sum, value) => sum + value, 0) / seen.length;
  };
  const base = error(null);
  const r2 = 1 - base / variance;
  if (r2 < LEAST_R2)
    return {
      isKnown: false,
      reason: `the numbers do not follow from the parameters well enough to say it (R² ${r2.toFixed(2)} on ${rows.length} trials)`,
    };
  const shares = names
    .map((name, p) => [name, Math.max(0, (error(p) - base) / variance)] as const)
    .sort(([, a], [, b]) => b - a);
  return { isKnown: true, shares: Object.fromEntries(shares), r2, trials: rows.length };
}

/** A place on the way from the smallest to the largest; of a choice without an order, a 0 or 1 for each value. */
function encoder(parameter: Parameter, name: string): (values: Values) => readonly number[] {
  return (values) => {
    const value = values[name] ?? null;
    if (isOrdered(parameter)) {
      // A choice among numbers in whatever order they were written.
      return [parameter.kind === 'range' ? shareOf(parameter, value) : (value as number)];
    }
    const choice = parameter as Extract<Parameter, { kind: 'choice' }>;
    const position = positionIn(choice, value);
    return choice.values.map((_, i) => Number(i === position));
  };
}

/** Ranks from −1 to 1 about 0, equal for equal numbers; no number is the largest. */
function ranks(values: readonly (number | null)[]): readonly number[] {
  const keys = values.map((value) => value ?? Number.POSITIVE_INFINITY);
  const order = [...keys].sort((a, b) => (a === b ? 0 : a - b));
  const mean = (value: number): number => (order.indexOf(value) + order.lastIndexOf(value)) / 2;
  const raw = keys.map(mean);
  const center = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  return raw.map((value) => (2 * (value - center)) / Math.max(1, raw.length - 1));
}

function shuffled(rows: readonly number[], tree: number, parameter: number): readonly number[] {
  const draw = drawer(fold(fold(key(1), tree), parameter));
  const order = [...rows];
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
