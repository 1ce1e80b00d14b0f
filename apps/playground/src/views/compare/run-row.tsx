import { formatValue } from '../../charts/numbers.ts';
import { runDash, runTone } from '../../charts/series.ts';
import { Swatch } from '../../charts/swatch.tsx';
import { ruleNames } from '../../diagnosis/rules.ts';
import { LANGUAGE_NAMES, language } from '../../i18n/language.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { texts } from './messages.ts';
import { outcomeOf, type Spread } from './results.ts';
import { isBusy, type Job } from './runner.ts';
import { type RunResult, removeRuns, renameRun, trainRuns } from './state.ts';

/** One run: its name, how far it is, and its numbers. */
export function RunRow({ result: { run, jobs }, index }: { readonly result: RunResult; readonly index: number }) {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  const outcome = outcomeOf(jobs);
  const isComplete = jobs.filter(({ status }) => status === 'done').length === run.seeds;
  const show = (spread: Spread | null, style: 'number' | 'percent' = 'number'): string =>
    isComplete && spread !== null ? spreadText(spread, tag, style) : '–';
  const problems = jobs.flatMap(({ problem }) => problem ?? []);
  const found = [...new Set(jobs.flatMap(({ findings }) => findings.map(({ rule }) => rule)))];
  return (
    <tr>
      <th scope="row">
        <span class={`compare-name tone-${runTone(index)}`}>
          <Swatch dash={runDash(index)} />
          <input
            type="text"
            value={run.name}
            maxLength={80}
            aria-label={t.nameOf(run.name)}
            onChange={({ currentTarget }) => {
              renameRun(run, currentTarget.value);
              currentTarget.value = run.name;
            }}
          />
        </span>
      </th>
      <td>
        {statusText(jobs, run.seeds, tag)}
        {found.map((rule) => (
          <span key={rule} class="compare-finding">
            {ruleNames()[rule]}
          </span>
        ))}
        {problems.map((problem) => (
          <span key={problem.message} class="compare-problem">
            {problem.message}
          </span>
        ))}
      </td>
      <td>{outcome.parameters === null ? '–' : outcome.parameters.toLocaleString(tag)}</td>
      <td>{show(outcome.trainLoss)}</td>
      <td class="compare-final">{show(outcome.heldOutLoss)}</td>
      <td>{show(outcome.lowestHeldOutLoss)}</td>
      <td>{show(outcome.accuracy, 'percent')}</td>
      <td>{isComplete && outcome.seconds !== null ? secondsText(outcome.seconds, tag) : '–'}</td>
      <td>
        <span class="compare-actions">
          <IconButton
            icon="reset"
            label={t.again(run.name)}
            disabled={isComplete || jobs.some(isBusy)}
            onClick={() => trainRuns([run])}
          />
          <IconButton icon="trash" label={t.remove(run.name)} onClick={() => removeRuns([run])} />
        </span>
      </td>
    </tr>
  );
}

function statusText(jobs: readonly Job[], seeds: number, tag: string): string {
  const t = texts();
  const has = (status: Job['status']): boolean => jobs.some((job) => job.status === status);
  if (has('failed')) return t.failed;
  if (has('training')) return t.training(shareText(jobs, seeds, tag));
  if (has('opening')) return t.opening;
  if (has('waiting')) return t.queued;
  if (has('cancelled')) return t.cancelled;
  return jobs.length === seeds ? t.done : t.waiting;
}

/** Of all steps of all seeds. */
function shareText(jobs: readonly Job[], seeds: number, tag: string): string {
  const shares = jobs.map(({ opened, experiment, curve }) =>
    opened === null ? 0 : curve.losses.length / (opened.stepsAnEpoch * Math.max(1, experiment.epochs)),
  );
  const share = shares.reduce((sum, part) => sum + part, 0) / seeds;
  return share.toLocaleString(tag, { style: 'percent', maximumFractionDigits: 0 });
}

function spreadText({ mean, deviation }: Spread, tag: string, style: 'number' | 'percent'): string {
  const text = formatValue(mean, tag, style);
  return deviation === null ? text : `${text} ± ${formatValue(Number(deviation.toPrecision(3)), tag, style)}`;
}

function secondsText({ mean }: Spread, tag: string): string {
  return mean.toLocaleString(tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
