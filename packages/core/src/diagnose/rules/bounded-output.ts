import type { RecipeFacts } from '../facts.ts';
import { percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** `crossEntropy` is given something else than logits, so that no answer can be certain. */
export const boundedLogits: Rule = ({ recipe, train }) => {
  const range = recipe?.outputRange;
  if (recipe === undefined || range === undefined || !/crossEntropy/.test(recipe.loss)) return null;
  const { by } = range;
  const classes = Object.keys(train?.classes ?? {}).length;
  const limit = range.high === undefined || range.low === undefined || classes < 2 ? null : mostCertain(range, classes);
  return {
    rule: 'bounded output before crossEntropy',
    seen: `the network ends in ${by}, and crossEntropy, which takes logits, puts a softmax on top${
      limit === null ? '' : `: no class of ${classes} can get more than ${percent(limit)}`
    }`,
    advice: `leave ${by} out at the end`,
  };
};

function mostCertain({ low = 0, high = 0 }: NonNullable<RecipeFacts['outputRange']>, classes: number): number {
  return 1 / (1 + (classes - 1) * Math.exp(low - high));
}

/** A regression whose last activation cannot give the numbers that it should. */
export const outputCannotReach: Rule = ({ recipe, train }) => {
  const range = recipe?.outputRange;
  const targets = train?.targets;
  if (recipe === undefined || range === undefined || targets === undefined || /crossEntropy|bce/i.test(recipe.loss))
    return null;
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY, by } = range;
  const slack = 0.05 * targets.std;
  if (targets.min >= low - slack && targets.max <= high + slack) return null;
  return {
    rule: 'output cannot reach the targets',
    seen: `the network ends in ${by}, which gives numbers ${limits(range)}, but the targets go from ${short(targets.min)} to ${short(targets.max)}`,
    advice: `leave ${by} out at the end, or bring the targets into its range`,
  };
};

function limits({ low, high }: NonNullable<RecipeFacts['outputRange']>): string {
  return high === undefined ? `from ${low}` : `from ${low} to ${high}`;
}
