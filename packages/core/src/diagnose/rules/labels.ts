import { isLinear, narrowLayer, percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** A training set of one class teaches nothing, and its accuracy says nothing. */
export const oneClassOnly: Rule = ({ train }) => {
  const classes = Object.entries(train?.classes ?? {});
  if (classes.length !== 1 || train === undefined || train.samples < 2) return null;
  const [[label]] = classes as [[string, number]];
  return {
    rule: 'one class only',
    seen: `every training sample has label ${label}`,
    advice: 'check how the labels are read and how the sets were split: a set sorted by class must be shuffled first',
  };
};

/** Training accuracy that is all of naming the most frequent class. */
export const onlyTheMostFrequentClass: Rule = ({ train }, { accuracy, chance, explained }) => {
  const classes = Object.entries(train?.classes ?? {}).sort((a, b) => b[1] - a[1]);
  const [most] = classes;
  if (most === undefined || classes.length < 2 || chance === null || chance < 0.75 || accuracy.train === null)
    return null;
  if (Math.abs(accuracy.train - chance) > 0.01 || (explained ?? 0) > 0.2) return null;
  return {
    rule: 'class imbalance',
    seen: `training accuracy ${percent(accuracy.train)} is that of always answering class ${most[0]}, which ${percent(chance)} of the samples have`,
    advice:
      'weight the classes (crossEntropy({ weight })), sample the rare ones more often, and look at each class’s accuracy',
  };
};

const LABELS_ADVICE =
  'check that each label belongs to its sample: shuffle samples and labels in the same order, and look at some pairs';

/** What is learnt by heart does not hold for held-out data at all. */
export const learntByHeart: Rule = ({ heldOut }, { accuracy, chance }) => {
  if (heldOut === undefined || chance === null || accuracy.heldOut === null || accuracy.train === null) return null;
  const noise = Math.sqrt((chance * (1 - chance)) / heldOut.samples);
  if (heldOut.samples < 20 || accuracy.train < Math.max(chance, accuracy.heldOut) + 0.08 + noise) return null;
  if (accuracy.heldOut > chance + 2.5 * noise + 0.02) return null;
  return {
    rule: 'labels do not fit the inputs',
    seen: `training accuracy is ${percent(accuracy.train)}, but ${percent(accuracy.heldOut)} on held-out data, as by guessing (${percent(chance)})`,
    advice: LABELS_ADVICE,
  };
};

/** Training works, but finds nothing in the inputs that tells the labels. */
export const nothingToLearn: Rule = (facts, { chance, explained, lateProgress, last, losses, baseline }) => {
  const { change } = facts;
  if (change === undefined || change.moved < 0.1 || baseline === null || chance === null || losses.length < 3)
    return null;
  if (Math.abs(explained ?? 1) > 0.04 || Math.abs(lateProgress ?? 1) > 0.3) return null;
  if (isLinear(facts) || narrowLayer(facts) !== null) return null;
  return {
    rule: 'labels do not fit the inputs',
    seen: `the weights moved, but the training loss stays at ${short(last.train.loss)}, that of knowing nothing but how frequent the classes are (${short(baseline)})`,
    advice: LABELS_ADVICE,
  };
};
