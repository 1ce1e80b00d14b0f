import type { LayerFacts, RunFacts } from '../facts.ts';
import { isLinear, narrowLayer, percent, short, weightedLayers } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Share of the whole progress below which the last third of the epochs says that training has come to rest. */
const AT_REST = 0.15;
/** A loss that still falls by more than this share of itself in an epoch has not come to rest. */
const FALLING = 0.05;

/** Training has come to rest, and the network still does not fit its own training data: it is too small, or the input does not tell more. */
export const underfitting: Rule = (facts, measures) => {
  const { isPoor, lateProgress, accuracy, last, explained, losses } = measures;
  if (!isPoor || losses.length < 3) return null;
  const narrow = narrowLayer(facts);
  const [before, end] = losses.slice(-2) as [number, number];
  const rests = (lateProgress ?? 1) <= AT_REST && before - end <= FALLING * before;
  if (!rests && narrow === null) return null;
  const result =
    accuracy.train === null
      ? `the training loss is ${short(last.train.loss)}, only ${percent(Math.max(0, explained ?? 0))} below that of a constant answer`
      : `training accuracy is only ${percent(accuracy.train)}`;
  return {
    rule: 'underfitting',
    seen:
      narrow === null
        ? `${result}, and the training loss has nearly stopped falling`
        : `${result}, and all that the network knows goes through the ${narrow.units} units of layer ${narrow.path} ${narrow.label}`,
    advice: adviceFor(facts, narrow),
  };
};

function adviceFor(facts: RunFacts, narrow: LayerFacts | null): string {
  if (narrow !== null) return `make layer ${narrow.path} ${narrow.label} wider, such as 32 units`;
  if (!isLinear(facts)) return 'use more units or layers; if that does not help, the inputs may not tell more';
  return weightedLayers(facts).length > 1
    ? 'put relu() between its layers: without an activation several layers can do no more than one'
    : 'add a hidden layer, such as linear(…, 64), relu(), in front of the last; if that does not help, the inputs may not tell more';
}
