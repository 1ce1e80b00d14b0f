import { expectKind } from '../options.ts';
import type { EpochFacts, RunFacts } from './facts.ts';
import type { Finding } from './finding.ts';
import { measures } from './measures.ts';
import { dataNotShuffled } from './rules/data-not-shuffled.ts';
import { deadUnits } from './rules/dead-units.ts';
import { dropoutTooStrong } from './rules/dropout-too-strong.ts';
import { heldOutDiffers } from './rules/held-out-differs.ts';
import { identicalUnits } from './rules/identical-units.ts';
import { inputTooLarge, inputTooSmall } from './rules/input-scale.ts';
import { learntByHeart, nothingToLearn, oneClassOnly, onlyTheMostFrequentClass } from './rules/labels.ts';
import { learningRateTooHigh } from './rules/learning-rate-too-high.ts';
import { lossFallsSlowly, weightsHardlyMoved } from './rules/learning-rate-too-low.ts';
import { nothingTrained } from './rules/nothing-trained.ts';
import { activationBeforeLoss, outputCannotReach, outputNotWhatLossTakes } from './rules/output.ts';
import { overfitting } from './rules/overfitting.ts';
import type { Rule } from './rules/rule.ts';
import { targetsNotScaled } from './rules/targets-not-scaled.ts';
import { tooFewUpdates } from './rules/too-few-updates.ts';
import { underfitting } from './rules/underfitting.ts';
import { vanishingGradients } from './rules/vanishing-gradients.ts';
import { weightsDecay } from './rules/weights-decay.ts';

/** Mistakes in the data or in the network, independent of each other. Each explains by itself why a run goes badly. */
const MISTAKES: readonly Rule[] = [
  nothingTrained,
  oneClassOnly,
  activationBeforeLoss,
  outputNotWhatLossTakes,
  outputCannotReach,
  inputTooLarge,
  inputTooSmall,
  targetsNotScaled,
  identicalUnits,
  dataNotShuffled,
];

/**
 * How training went, the stronger explanation first. Only the first that applies is told, since those after it would contradict it or only
 * describe what it does to the numbers: a run that was thrown off is neither over- nor underfitting.
 */
const COURSES: readonly Rule[] = [
  learningRateTooHigh,
  heldOutDiffers,
  learntByHeart,
  dropoutTooStrong,
  deadUnits,
  weightsDecay,
  vanishingGradients,
  onlyTheMostFrequentClass,
  tooFewUpdates,
  nothingToLearn,
  weightsHardlyMoved,
  underfitting,
  lossFallsSlowly,
  overfitting,
];

/** What a run suffers from, with the numbers; nothing where it does well or the facts do not say. */
export function diagnoseRun(facts: RunFacts): readonly Finding[] {
  expectKind('facts', facts, { history: 'list' }, '(await fit(…)).facts');
  for (const epoch of facts.history)
    expectKind('an epoch of the history', epoch, { train: 'record' }, '{ epoch: 1, train: { loss: 0.5 } }');
  const known = measures(facts);
  if (known === null) return [];
  const found = (rule: Rule): Finding[] => [rule(facts, known)].filter((finding) => finding !== null);
  const mistakes = MISTAKES.flatMap(found);
  if (mistakes.length > 0) return mistakes;
  const course = COURSES.find((rule) => rule(facts, known) !== null);
  return course === undefined ? [] : found(course);
}

/** `diagnoseRun` of a run of which only the history is known, such as one of a training loop of your own. */
export function diagnoseHistory(history: readonly EpochFacts[]): readonly Finding[] {
  return diagnoseRun({ history });
}
