import type { RunFacts } from '../facts.ts';
import { heldOutOf, isLinear, percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Weights that moved by less than this share of their size have hardly been trained; where nearly nothing is learnt, by less than the second. */
const MOVED = 0.03;
const MOVED_FOR_NOTHING = 0.15;
const NOTHING = 0.1;
const EXPLAINED = 0.6;
/** Share of the whole progress that the last third of the epochs makes when the loss falls at an even pace. */
const EVEN_PACE = 0.2;
/** Without knowledge of the data: share of the first loss that is left. */
const LEFT = 0.8;

/** Steps are so short that the weights stay where they began. */
export const weightsHardlyMoved: Rule = (facts, { isPoor, explained, last }) => {
  const { change, steps } = facts;
  if (!isPoor || change === undefined || (explained ?? 0) >= EXPLAINED) return null;
  const limit = explained !== null && explained < NOTHING && !isLinear(facts) ? MOVED_FOR_NOTHING : MOVED;
  if (change.moved >= limit) return null;
  return {
    rule: 'learning rate too low',
    seen: `${steps?.count ?? 'all'} updates moved the weights by only ${percent(change.moved)} of their size, and the training loss is ${short(last.train.loss)}`,
    advice: adviceFor(facts, change.moved < MOVED / 10 ? 100 : 10),
  };
};

/** The loss goes down, but so slowly that the run ends before it gets anywhere. */
export const lossFallsSlowly: Rule = (facts, measures) => {
  const { isPoor, explained, lateProgress, last, losses, first, baseline } = measures;
  if (!isPoor && explained !== null) return null;
  const from = facts.steps?.firstLoss ?? first.train.loss;
  const isFar = explained === null ? last.train.loss > LEFT * from : explained < EXPLAINED;
  const falls = losses.every((loss, i) => i === 0 || loss < (losses[i - 1] as number) * 1.01);
  if (lateProgress === null || lateProgress < EVEN_PACE || !isFar || !falls) return null;
  // Where held-out data only get worse than by guessing, more speed would learn the training data by heart sooner.
  const held = [heldOutOf(first)?.loss, heldOutOf(last)?.loss] as const;
  if (held[0] !== undefined && held[1] !== undefined && held[1] > Math.max(held[0], baseline ?? Infinity)) return null;
  return {
    rule: 'learning rate too low',
    seen: `the training loss was still falling at the end, but in ${losses.length} epochs it only went from ${short(from)} to ${short(last.train.loss)}`,
    advice: `${adviceFor(facts, 5)}, or more epochs`,
  };
};

function adviceFor({ recipe }: RunFacts, times: number): string {
  const lr = recipe?.lr.highest;
  if (lr === undefined) return `try ${times} times the learning rate`;
  return lr === 0 ? 'set a learning rate above 0' : `try lr ${short(lr * times)} instead of ${short(lr)}`;
}
