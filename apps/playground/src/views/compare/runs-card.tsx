import { formatValue } from '../../charts/numbers.ts';
import { saveFile } from '../../files/save.ts';
import { LANGUAGE_NAMES, language } from '../../i18n/language.ts';
import { comparison, SEEDS } from '../../state/comparison.ts';
import { Icon } from '../../ui/icon.tsx';
import { runsJson, tableCsv } from './downloads.ts';
import { texts } from './messages.ts';
import { engineDifferences } from './results.ts';
import { RunRow } from './run-row.tsx';
import { chooseSeeds, isTraining, removeRuns, results, runner, trainRuns } from './state.ts';

/** The runs as a table, with what trains, stops and saves them. */
export function RunsCard() {
  const t = texts();
  const runs = comparison.value;
  const seeds = runs[0]?.seeds ?? 1;
  return (
    <section class="card stack" aria-label={t.runs}>
      <div class="row">
        <button
          type="button"
          class="button primary"
          disabled={runs.length === 0 || isTraining.value}
          onClick={() => trainRuns(runs)}
        >
          <Icon name="play" /> {t.train}
        </button>
        <button type="button" class="button" disabled={!isTraining.value} onClick={() => runner.cancel()}>
          {t.cancel}
        </button>
        <fieldset class="segments" aria-label={t.seeds}>
          {SEEDS.map((count) => (
            <button
              key={count}
              type="button"
              aria-pressed={count === seeds}
              disabled={runs.length === 0}
              onClick={() => chooseSeeds(count)}
            >
              {count === 1 ? t.oneSeed : t.manySeeds(count)}
            </button>
          ))}
        </fieldset>
        <button type="button" class="button quiet" disabled={runs.length === 0} onClick={() => removeRuns(runs)}>
          {t.clear}
        </button>
      </div>
      <p class="compare-status small soft" role="status">
        {progress()}
      </p>
      {runs.length === 0 ? null : <RunsTable />}
      <Remarks seeds={seeds} />
      <div class="row">
        <button
          type="button"
          class="button"
          disabled={runs.length === 0}
          onClick={() => saveText('comparison.csv', tableCsv(runs, runner.jobs.peek()), 'text/csv')}
        >
          <Icon name="download" /> {t.csv}
        </button>
        <button
          type="button"
          class="button"
          disabled={runs.length === 0}
          onClick={() => saveText('comparison.json', runsJson(runs, runner.jobs.peek()), 'application/json')}
        >
          <Icon name="download" /> {t.json}
        </button>
      </div>
    </section>
  );
}

function saveText(name: string, text: string, type: string): void {
  saveFile(name, new TextEncoder().encode(text), type);
}

function RunsTable() {
  const t = texts();
  const heads = [t.state, t.parameters, t.finalTrainLoss, t.finalHeldOut, t.lowest, t.finalAccuracy, t.seconds];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="compare-table" tabIndex={0} aria-label={t.table}>
      <table>
        <caption>{t.table}</caption>
        <thead>
          <tr>
            <th scope="col">{t.run}</th>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">{t.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {results.value.map((result, index) => (
            <RunRow key={JSON.stringify(result.run.experiment)} result={result} index={index} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the numbers say and what they do not. */
function Remarks({ seeds }: { readonly seeds: number }) {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  if (comparison.value.length === 0) return null;
  const done = results.value.flatMap(({ jobs }) => jobs.filter(({ status }) => status === 'done'));
  return (
    <>
      {engineDifferences(done).map(({ engines: [one, other], steps, difference, step }) => (
        <p key={`${one} ${other}`} class="notice">
          {difference === 0
            ? t.sameNumbers(one, other, steps.toLocaleString(tag))
            : t.difference(
                one,
                other,
                steps.toLocaleString(tag),
                formatValue(difference, tag),
                step.toLocaleString(tag),
              )}
        </p>
      ))}
      <p class="small soft">
        {t.heldOutIs} {seeds === 1 ? t.noise : t.deviations}
      </p>
    </>
  );
}

/** Changes when a training begins or ends, not with its steps, so that it is not read out all the time. */
function progress(): string {
  const t = texts();
  const all = results.value.flatMap(({ run, jobs }) => jobs.map((job) => ({ name: run.name, status: job.status })));
  const done = all.filter(({ status }) => status === 'done').length;
  const now = all.find(({ status }) => status === 'training' || status === 'opening');
  if (now !== undefined) return t.nowTraining(now.name, done, all.length);
  return done === 0 ? '' : t.allDone(done);
}
