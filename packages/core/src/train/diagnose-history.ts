import type { Finding } from './finding.ts';
import type { EpochRecord } from './fit.ts';

/** The thresholds of the rules; docs/diagnosis.md explains each. */
export const thresholds: {
  readonly risenLoss: number;
  readonly accuracyGap: number;
  readonly lowAccuracy: number;
  readonly flat: number;
  readonly slow: number;
} = {
  /** A loss that ends so far above its lowest value has risen. */
  risenLoss: 1.1,
  /** Difference of accuracies, training minus held out, from which it is a gap. */
  accuracyGap: 0.05,
  /** Training accuracy below which a network that stopped improving is too weak. */
  lowAccuracy: 0.9,
  /** Relative change of the training loss in the last epoch below which it has stopped improving. */
  flat: 0.01,
  /** Share of the first epoch's training loss that is left at the end, above which training is slow. */
  slow: 0.8,
};

/** What the history of a run says about over- and underfitting and the learning rate. Needs at least three epochs; fewer say nothing. */
export function diagnoseHistory(history: readonly EpochRecord[]): readonly Finding[] {
  if (history.length < 3) return [];
  return [overfitting, underfitting, rateTooHigh, rateTooLow].flatMap((rule) => rule(history) ?? []);
}

type Rule = (history: readonly EpochRecord[]) => Finding | null;

/** The held-out loss has risen from its lowest value while the training loss went on falling, or the accuracies lie apart. */
const overfitting: Rule = (history) => {
  const held = history.flatMap((r) =>
    heldOut(r) === null ? [] : [{ epoch: r.epoch, loss: (heldOut(r) as { loss: number }).loss }],
  );
  const last = history.at(-1) as EpochRecord;
  if (held.length < history.length) return null;
  const best = held.reduce((a, b) => (b.loss < a.loss ? b : a));
  const ended = held.at(-1) as { loss: number };
  const trainThen = (history[best.epoch - (history[0] as EpochRecord).epoch] as EpochRecord).train.loss;
  const rose = ended.loss > best.loss * thresholds.risenLoss && last.train.loss < trainThen;
  const gap = (last.train.accuracy ?? 0) - (heldOut(last)?.accuracy ?? 0);
  const apart = last.train.accuracy !== undefined && gap > thresholds.accuracyGap;
  if (!rose && !apart) return null;
  const seen = rose
    ? `the held-out loss was lowest in epoch ${best.epoch} (${best.loss.toFixed(4)}) and ended at ${ended.loss.toFixed(4)}, while the training loss fell from ${trainThen.toFixed(4)} to ${last.train.loss.toFixed(4)}`
    : `training accuracy ${percent(last.train.accuracy as number)} against ${percent((last.train.accuracy as number) - gap)} on held-out data`;
  return {
    rule: 'overfitting',
    seen,
    advice: 'stop earlier (earlyStopping), add dropout or weight decay, or use more or augmented data',
  };
};

/** Both accuracies are low and the training loss has stopped falling. */
const underfitting: Rule = (history) => {
  const last = history.at(-1) as EpochRecord;
  const before = history.at(-2) as EpochRecord;
  const { accuracy } = last.train;
  const change = (before.train.loss - last.train.loss) / before.train.loss;
  if (accuracy === undefined || accuracy >= thresholds.lowAccuracy || Math.abs(change) >= thresholds.flat) return null;
  return {
    rule: 'underfitting',
    seen: `training accuracy is only ${percent(accuracy)} and the training loss changed by ${percent(change)} in the last epoch`,
    advice: 'use a larger network or better features, or check that the labels belong to the samples',
  };
};

/** The training loss ends clearly above its lowest value. */
const rateTooHigh: Rule = (history) => {
  const losses = history.map((r) => r.train.loss);
  const best = Math.min(...losses);
  const ended = losses.at(-1) as number;
  if (ended <= best * thresholds.risenLoss) return null;
  const epoch = history[losses.indexOf(best)]?.epoch;
  return {
    rule: 'learning rate too high',
    seen: `the training loss itself rose, from ${best.toFixed(4)} in epoch ${epoch} to ${ended.toFixed(4)}`,
    advice: 'try a third of the learning rate, or a schedule that lowers it',
  };
};

/** The training loss falls in every epoch, but slowly, and is far from where it could go. */
const rateTooLow: Rule = (history) => {
  const losses = history.map((r) => r.train.loss);
  const [first, ended] = [losses[0] as number, losses.at(-1) as number];
  const falls = losses.every((l, i) => i === 0 || l < (losses[i - 1] as number));
  const change = ((losses.at(-2) as number) - ended) / (losses.at(-2) as number);
  if (!falls || ended < first * thresholds.slow || change < thresholds.flat / 10) return null;
  return {
    rule: 'learning rate too low',
    seen: `the training loss fell in each of ${losses.length} epochs, but only from ${first.toFixed(4)} to ${ended.toFixed(4)}`,
    advice: 'try three to ten times the learning rate',
  };
};

function heldOut(record: EpochRecord): EpochRecord['test'] {
  return record.validation ?? record.test;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
