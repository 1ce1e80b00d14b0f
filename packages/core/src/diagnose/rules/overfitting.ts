import type { EpochMetrics, RunFacts } from '../facts.ts';
import { heldOutOf, type Measures, percent, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** A held-out loss that ends so far above its lowest value, in shares of it and of the baseline, has risen. */
const RISEN = 0.1;
const RISEN_OF_BASELINE = 0.03;
/** Share of its whole way up and down that the rise must be: a loss that jumps about has not risen. */
const STEADY = 0.4;
/** Difference of accuracies, training minus held out, from which it is a gap. */
const GAP = 0.06;
/** The same for shares of the variance explained. */
const SHARE_GAP = 0.25;

/** The network learns its training data by heart, and held-out data get worse or stay behind. */
export const overfitting: Rule = (facts, measures) => {
  const seen = risen(facts, measures) ?? apart(facts, measures);
  if (seen === null) return null;
  return {
    rule: 'overfitting',
    seen,
    advice: 'stop earlier (earlyStopping), add dropout or weight decay, or use more or augmented data',
  };
};

function risen({ history }: RunFacts, { last, baseline }: Measures): string | null {
  if (history.length < 3) return null;
  const held = history.flatMap((record) => {
    const metrics = heldOutOf(record);
    return metrics === null ? [] : [{ record, metrics }];
  });
  if (held.length < history.length) return null;
  const best = held.reduce((a, b) => (b.metrics.loss < a.metrics.loss ? b : a));
  const ended = (heldOutOf(last) as EpochMetrics).loss;
  const rise = ended - best.metrics.loss;
  if (rise <= RISEN * best.metrics.loss || rise <= RISEN_OF_BASELINE * (baseline ?? 0)) return null;
  if (last.train.loss >= best.record.train.loss) return null;
  const since = held.slice(held.indexOf(best)).map(({ metrics }) => metrics.loss);
  const way = since.slice(1).reduce((sum, loss, i) => sum + Math.abs(loss - (since[i] as number)), 0);
  if (rise < STEADY * way) return null;
  return `the held-out loss was lowest in epoch ${best.record.epoch} (${short(best.metrics.loss)}) and ended at ${short(ended)}, while the training loss fell from ${short(best.record.train.loss)} to ${short(last.train.loss)}`;
}

function apart({ heldOut, history }: RunFacts, { accuracy, last, baseline }: Measures): string | null {
  if (history.length < 3) return null;
  if (accuracy.train !== null && accuracy.heldOut !== null) {
    const noise = heldOut === undefined ? 0 : Math.sqrt((accuracy.heldOut * (1 - accuracy.heldOut)) / heldOut.samples);
    if (accuracy.train - accuracy.heldOut <= Math.max(GAP, 2 * noise)) return null;
    return `training accuracy ${percent(accuracy.train)} against ${percent(accuracy.heldOut)} on held-out data`;
  }
  const held = heldOutOf(last);
  if (held === null || baseline === null) return null;
  if ((held.loss - last.train.loss) / baseline <= SHARE_GAP) return null;
  return `the training loss is ${short(last.train.loss)} against ${short(held.loss)} on held-out data, where a constant answer has ${short(baseline)}`;
}
