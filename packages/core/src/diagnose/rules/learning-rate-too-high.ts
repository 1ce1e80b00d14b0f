import type { RunFacts } from '../facts.ts';
import { type Measures, percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** An epoch whose mean loss is so many times the loss before training has thrown the network off. */
const THROWN = 2;
/** A training loss that ends so far above its lowest value, in shares of that value and of the baseline, has risen. */
const RISEN = 0.1;
/**
 * Way of the weights, in sizes of the first weights and by the square root of the number of updates, as for a random walk, beyond which they
 * were thrown about rather than trained: together with a loss above its start, and alone.
 */
const PACE = 0.4;
const FAST = 1;

/** Steps are so long that the loss rises instead of falling. */
export const learningRateTooHigh: Rule = (facts, measures) => {
  const seen = thrownOff(facts, measures) ?? risen(measures) ?? jumping(measures) ?? thrownAbout(facts, measures);
  if (seen === null) return null;
  const lr = facts.recipe?.lr.highest;
  const less = lessBy(measures);
  return {
    rule: 'learning rate too high',
    seen,
    advice:
      lr === undefined
        ? `try the learning rate divided by ${less}, or a schedule that lowers it`
        : `try lr ${short(lr / less)} instead of ${short(lr)}, and a tenth of that if the loss is still high`,
  };
};

/** The farther the loss was thrown, the farther off is the rate. */
function lessBy({ start, losses }: Measures): number {
  const thrown = start === null ? 1 : Math.max(...losses) / start;
  return thrown > 1e4 ? 1000 : thrown > 30 ? 100 : 10;
}

function thrownOff({ steps }: RunFacts, measures: Measures): string | null {
  const { start, losses, explained, last, first } = measures;
  const highest = Math.max(...losses);
  if (start === null || highest <= THROWN * start || (explained ?? 0) >= 0.5) return null;
  const before = steps?.firstLoss === undefined ? 'that of a constant answer' : 'before the first update';
  return `the training loss was ${short(start)} ${before}, ${short(highest)} in epoch ${first.epoch + losses.indexOf(highest)} and ${short(last.train.loss)} at the end`;
}

function risen({ losses, lowestLoss, baseline, last, first }: Measures): string | null {
  const rise = last.train.loss - lowestLoss;
  if (losses.length < 3 || rise <= RISEN * lowestLoss || rise <= RISEN * (baseline ?? Math.max(...losses))) return null;
  return `the training loss rose, from ${short(lowestLoss)} in epoch ${first.epoch + losses.indexOf(lowestLoss)} to ${short(last.train.loss)}`;
}

/** The loss goes up and down by a good part of what there is to learn. */
function jumping({ losses, baseline, isPoor, first }: Measures): string | null {
  if (baseline === null || !isPoor) return null;
  const rises = losses.map((loss, i) => (i === 0 ? 0 : loss - (losses[i - 1] as number)));
  const highest = Math.max(...rises);
  if (highest <= RISEN * baseline) return null;
  const at = rises.indexOf(highest);
  return `the training loss jumps: it went from ${short(losses[at - 1] as number)} to ${short(losses[at] as number)} in epoch ${first.epoch + at}`;
}

/** The weights went far, the loss was above its start on the way, and it has not come down well since. */
function thrownAbout({ change, steps }: RunFacts, { start, losses, explained, isPoor, last }: Measures): string | null {
  if (change === undefined || steps === undefined || explained === null || start === null || !isPoor) return null;
  const wasAbove = Math.max(...losses) > 1.02 * start;
  const pace = change.moved / Math.sqrt(steps.count);
  const wentFar = pace > PACE || (change.moved > 4 && explained < 0.5);
  if (pace < FAST && !(wentFar && wasAbove) && !(change.moved > 1 && explained < 0)) return null;
  return `${steps.count} updates moved the weights by ${short(change.moved)} times their first size, and the training loss is ${short(last.train.loss)}, ${percent(Math.max(0, explained))} below that of a constant answer`;
}
