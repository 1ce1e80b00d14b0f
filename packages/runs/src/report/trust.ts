import { wilsonInterval } from '../statistics/wilson.ts';
import type { BestEpoch } from './best-epoch.ts';
import { accuracyOf } from './class-scores.ts';
import type { ClassEvaluation, NumberEvaluation } from './evaluation.ts';
import type { ReportInput } from './input.ts';
import { count, percent, quantity, words } from './page/format.ts';

/** One reason to believe the numbers of a run, or not to. */
export interface Check {
  readonly tone: 'good' | 'warn' | 'note';
  readonly name: string;
  /** Sentences. */
  readonly said: readonly string[];
}

/** One thing to do with a run. */
export interface Step {
  readonly name: string;
  readonly said: readonly string[];
}

/** Fewer epochs say little about a course. */
const LEAST_EPOCHS = 3;

/** Whether the numbers of a run can be trusted: how it ended, what it was judged on, how sure that is, and what it suffers from. */
export function checksOf(input: ReportInput): readonly Check[] {
  const { evaluation, history } = input;
  const resting = atRest(input);
  if (history.length === 0) return [...endOf(input), ...findingsOf(input)];
  return [
    ...endOf(input),
    heldOut(input),
    ...resting,
    ...(evaluation?.kind === 'classes' ? [againstChance(evaluation), ...unknownClasses(evaluation)] : []),
    ...(evaluation?.kind === 'numbers' ? againstMean(evaluation) : []),
    ...(resting.length > 0 && input.findings.length === 0 ? [] : findingsOf(input)),
  ];
}

function endOf({ status = 'finished', stopped, history }: ReportInput): readonly Check[] {
  if (status === 'finished') return [];
  const none = history.length === 0 ? 'no epoch was over, so there are no numbers' : undefined;
  const said = {
    running: `It is training: ${none?.replace('was', 'is') ?? 'these numbers are of the epochs so far'}.`,
    interrupted: `It was stopped before its last epoch: ${none ?? 'these numbers are of the epochs before'}.`,
    failed: `It ended with an error${stopped === null ? '' : ` (${stopped})`}: ${none ?? 'these numbers are of the epochs before'}.`,
  }[status];
  return [{ tone: status === 'running' ? 'note' : 'warn', name: 'not finished', said: [said] }];
}

function heldOut({ history, datasets = [], evaluation }: ReportInput): Check {
  const last = history.at(-1);
  const set = last?.test != null ? 'test' : last?.validation != null ? 'validation' : 'train';
  const items = datasets.find(({ role }) => role === set)?.items ?? evaluation?.samples;
  const samples = `${items === undefined ? '' : `${count(items)} `}${set === 'train' ? 'training' : set} samples`;
  if (set === 'test')
    return {
      tone: 'good',
      name: 'judged on other data',
      said: [`The numbers are of ${samples} that were not trained on.`],
    };
  if (set === 'validation') {
    const said = `The numbers are of ${samples}. Whatever was chosen by them (epochs, settings) does a little worse on data that nobody looked at.`;
    return { tone: 'note', name: 'no test data', said: [said] };
  }
  const said = `The numbers are of the ${samples} themselves: they do not say how the network does on others.`;
  return { tone: 'warn', name: 'no held-out data', said: [said] };
}

/** A learning rate of this share of the largest is as good as none. */
const REST = 1e-6;

/** A schedule that was over long before the training: that one was for fewer epochs. */
function atRest({ learningRate = [], history }: ReportInput): readonly Check[] {
  const most = Math.max(...learningRate.map(({ lr }) => lr));
  const last = learningRate.findLastIndex(({ lr }) => lr > REST * most);
  const [from, steps] = [learningRate[last + 1]?.step, learningRate.at(-1)?.step];
  if (last === -1 || from === undefined || steps === undefined) return [];
  if (steps - from < (0.1 * steps) / Math.max(1, history.length)) return [];
  const said = `The learning rate was 0 from about update ${count(from)} of ${count(steps)} on: nothing was learnt after that.`;
  return [{ tone: 'warn', name: 'learning rate of 0', said: [said] }];
}

/** Names that are said; more of them are counted. */
const MOST_NAMES = 3;

/** Classes of which not one sample is found say more than the accuracy. */
function unknownClasses({ classes, scores }: ClassEvaluation): readonly Check[] {
  const missed = classes.filter((_, c) => scores[c]?.recall === 0 && scores[c].support > 0);
  if (missed.length === 0) return [];
  const shown = missed.slice(0, MOST_NAMES).map((name) => `“${name}”`);
  const others = missed.length - shown.length;
  const names = `${shown.join(', ')}${others > 0 ? ` and ${count(others)} more` : ''}`;
  const said = `Of ${count(missed.length)} of the ${count(classes.length)} classes not one sample is recognised: ${names}.`;
  return [{ tone: 'warn', name: 'classes it does not know', said: [said] }];
}

function againstChance({ confusion, samples, set }: ClassEvaluation): Check {
  const accuracy = accuracyOf(confusion);
  const [low, high] = wilsonInterval(Math.round(accuracy * samples), samples);
  const most =
    confusion.reduce(
      (top, row) =>
        Math.max(
          top,
          row.reduce((a, b) => a + b, 0),
        ),
      0,
    ) / Math.max(1, samples);
  const range = `With ${count(samples)} ${set} samples, the accuracy lies between ${percent(low, 1)} and ${percent(high, 1)} (95 % interval).`;
  const guess = `always saying the most frequent class is right in ${percent(most, 1)}`;
  return low > most
    ? { tone: 'good', name: 'better than guessing', said: [range, `${capital(guess)}.`] }
    : { tone: 'warn', name: 'no better than guessing', said: [range, `But ${guess}.`] };
}

function againstMean({ r2, rootMeanSquaredError, deviation, unit }: NumberEvaluation): readonly Check[] {
  if (deviation === undefined) return [];
  const guess = `always saying the mean misses by ${quantity(deviation, unit)}`;
  const own = `The network misses by ${quantity(rootMeanSquaredError, unit)} (root mean squared error)`;
  return r2 > 0
    ? [{ tone: 'good', name: 'better than the mean', said: [`${own}; ${guess}.`] }]
    : [{ tone: 'warn', name: 'no better than the mean', said: [`${own}, and ${guess}.`] }];
}

function findingsOf({ findings, history, status }: ReportInput): readonly Check[] {
  if (findings.length > 0) {
    return [...byRule(findings)].map(([rule, all]) => ({
      tone: 'warn',
      name: rule,
      said: distinct(all.map(({ seen }) => sentence(seen))),
    }));
  }
  if (history.length < LEAST_EPOCHS) {
    if (status === 'failed') return [];
    const said = 'Judging a run takes at least three epochs.';
    return [{ tone: 'note', name: 'too short to judge its course', said: [said] }];
  }
  const said = 'The curves show no sign of over- or underfitting or of a bad learning rate.';
  return [{ tone: 'good', name: 'Nothing stands out', said: [said] }];
}

/** What to do next: what the findings advise, and what the course suggests. */
export function stepsOf(input: ReportInput, best: BestEpoch | null): readonly Step[] {
  const { findings, history, status = 'finished', remedy } = input;
  if (findings.length > 0) {
    return [...byRule(findings)].map(([rule, all]) => ({
      name: `against ${rule}`,
      said: distinct(all.map(({ advice }) => sentence(advice))),
    }));
  }
  if (status === 'failed')
    return [
      {
        name: 'mend what ended it',
        said: [
          remedy === undefined
            ? 'The same command would end the same way: change what the error names first.'
            : sentence(remedy.replace(/\.$/, '')),
        ],
      },
    ];
  const last = history.at(-1);
  if (last === undefined || best === null) return [];
  const isChosen = last.test === null && last.validation === null;
  return [
    ...(isChosen
      ? [{ name: 'keep data back', said: ['Test data, such as a fifth of the samples, show what it learnt.'] }]
      : []),
    ...(status === 'finished' && !isChosen ? courseOf(history.length, best, input.isScheduleOver === true) : []),
  ];
}

/** Whether more epochs of the same may do better. */
export function mayTrainOn({ history, isScheduleOver = false }: ReportInput, best: BestEpoch | null): boolean {
  return !isScheduleOver && !(best !== null && isLongAgo(history.length, best));
}

function isLongAgo(epochs: number, { epoch }: BestEpoch): boolean {
  return epochs >= 5 && epoch <= 0.75 * epochs;
}

function courseOf(epochs: number, best: BestEpoch, isOver: boolean): readonly Step[] {
  const { epoch, metric } = best;
  if (epochs < LEAST_EPOCHS || epoch === epochs) {
    const said =
      epochs < LEAST_EPOCHS ? 'So few epochs say little.' : 'The best epoch is the last: more may do better.';
    const anew = 'Its schedule leaves no learning rate for more epochs: begin anew, with a longer one.';
    return [{ name: 'train longer', said: isOver ? [said, anew] : [said] }];
  }
  if (!isLongAgo(epochs, best)) return [];
  const said = `The ${words(metric.replace('.', ' '))} was best in epoch ${count(epoch)} of ${count(epochs)}: fewer epochs, or early stopping, give the same.`;
  return [{ name: 'train shorter', said: [said] }];
}

function byRule(findings: ReportInput['findings']): ReadonlyMap<string, ReportInput['findings']> {
  const rules = new Set<string>(findings.map(({ rule }) => rule));
  return new Map([...rules].map((rule) => [rule, findings.filter((one) => one.rule === rule)]));
}

function distinct(said: readonly string[]): readonly string[] {
  return [...new Set(said)];
}

function sentence(text: string): string {
  return `${capital(text)}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
