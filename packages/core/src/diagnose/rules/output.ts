import type { RecipeFacts } from '../facts.ts';
import { percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** A loss that takes logits is given something else, so that no answer can be certain. */
export const activationBeforeLoss: Rule = ({ recipe, train }) => {
  const range = recipe?.outputRange;
  if (recipe === undefined || range === undefined || !takesLogits(recipe)) return null;
  const { by } = range;
  const classes = Object.keys(train?.classes ?? {}).length;
  const limit = range.high === undefined || range.low === undefined || classes < 2 ? null : mostCertain(range, classes);
  const own = recipe.takes === 'logit' ? 'sigmoid' : 'softmax';
  return {
    rule: 'activation before the loss',
    seen: `the network ends in ${by}, but ${recipe.loss} takes logits and puts its own ${own} on top${
      limit === null || own === 'sigmoid' ? '' : `: no class of ${classes} can get more than ${percent(limit)}`
    }`,
    advice: `leave ${by} out at the end of the network that is trained`,
  };
};

function takesLogits({ takes, loss }: RecipeFacts): boolean {
  return takes === 'logits' || takes === 'logit' || /crossEntropy/.test(loss);
}

function mostCertain({ low = 0, high = 0 }: NonNullable<RecipeFacts['outputRange']>, classes: number): number {
  return 1 / (1 + (classes - 1) * Math.exp(low - high));
}

/** A loss that takes probabilities or their logarithms is given something else. */
export const outputNotWhatLossTakes: Rule = ({ recipe }) => {
  const { takes, loss, outputRange, endsLinear = false } = recipe ?? {};
  if (takes !== 'probabilities' && takes !== 'log-probabilities') return null;
  const isOfOne = /bce|dice/.test(loss ?? '');
  const last = isOfOne ? 'sigmoid()' : takes === 'probabilities' ? 'softmax()' : 'logSoftmax()';
  if (endsLinear) {
    return {
      rule: 'output is not what the loss takes',
      seen: `the network ends in a linear layer, whose numbers have no limits, but ${loss} takes ${takes}`,
      advice: `end the network with ${last}${takes === 'log-probabilities' ? ', or give its output to crossEntropy() as it is' : isOfOne ? ', or give its output to bceWithLogits() as it is' : ''}`,
    };
  }
  if (takes === 'probabilities' || (outputRange?.by !== 'softmax' && outputRange?.by !== 'probabilities')) return null;
  return {
    rule: 'output is not what the loss takes',
    seen: `the network ends in ${outputRange.by}, but ${loss} takes the logarithms of probabilities`,
    advice: 'end the network with logSoftmax() instead of softmax()',
  };
};

/** Losses whose targets are no numbers that the output should give. */
const OTHER_TARGETS = /hingeEmbedding|poissonNLL/;

/** A regression whose last activation cannot give the numbers that it should. */
export const outputCannotReach: Rule = ({ recipe, train }) => {
  const range = recipe?.outputRange;
  const targets = train?.targets;
  if (recipe === undefined || range === undefined || targets === undefined || takesLogits(recipe)) return null;
  if (OTHER_TARGETS.test(recipe.loss)) return null;
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
