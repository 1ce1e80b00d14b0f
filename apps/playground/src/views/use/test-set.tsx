import { type Signal, signal } from '@preact/signals';
import { Confusion } from '../../charts/confusion.tsx';
import { problemOf } from '../../session/problem.ts';
import type { Evaluation, LabelledArrays, Problem, SetName } from '../../session/protocol.ts';
import { run, session } from '../../session/run.ts';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { percent } from './answer-card.tsx';
import { ClassTable } from './class-table.tsx';
import { texts } from './messages.ts';
import { type Cell, SampleGrid } from './sample-grid.tsx';

/** A set that the network was judged on, with what is needed to show its samples. */
export interface Judged {
  readonly set: SetName;
  readonly evaluation: Evaluation;
  readonly samples: LabelledArrays;
  /** Updates made by then. */
  readonly step: number;
  readonly version: number;
}

const judged: Signal<Judged | null> = signal(null);
const isBusy: Signal<boolean> = signal(false);
const problem: Signal<Problem | null> = signal(null);
const cell: Signal<Cell | null> = signal(null);
const chosen: Signal<SetName> = signal('test');

async function judge(set: SetName): Promise<void> {
  isBusy.value = true;
  problem.value = null;
  try {
    const asked = await session();
    const opened = run.opened.peek();
    const counts = { train: opened?.trainSamples, validation: opened?.validationSamples, test: opened?.testSamples };
    const count = counts[set] ?? 0;
    const [step, version] = [run.step.peek(), run.version.peek()];
    const [evaluation, samples] = await Promise.all([asked.evaluate(set, count), asked.samples(set, 0, count)]);
    judged.value = { set, evaluation, samples, step, version };
    cell.value = null;
  } catch (error) {
    judged.value = null;
    problem.value = problemOf(error);
  }
  isBusy.value = false;
}

/** What the network makes of a whole set: the confusion matrix, the scores of each class, and the samples behind each of its cells. */
export function TestSet() {
  const t = texts();
  const opened = run.opened.value;
  const sets: readonly SetName[] = [
    ...((opened?.testSamples ?? 1) > 0 ? (['test'] as const) : []),
    ...((opened?.validationSamples ?? 0) > 0 ? (['validation'] as const) : []),
    'train',
  ];
  const set = sets.includes(chosen.value) ? chosen.value : (sets[0] as SetName);
  const found = judged.value;
  return (
    <section class="card stack" aria-label={t.judge}>
      <div class="row use-head">
        <h2>{t.judge}</h2>
        <div class="row">
          <select
            aria-label={t.set}
            value={set}
            onChange={({ currentTarget }) => {
              chosen.value = currentTarget.value as SetName;
            }}
          >
            {sets.map((name) => (
              <option key={name} value={name}>
                {t[name]}
              </option>
            ))}
          </select>
          <button type="button" class="button primary" disabled={isBusy.value} onClick={() => judge(set)}>
            {isBusy.value ? t.judging : t.judgeNow}
          </button>
        </div>
      </div>
      {problem.value === null ? null : <ProblemNotice problem={problem.value} />}
      {found === null ? <p class="soft">{t.judgeEmpty}</p> : <Found judged={found} />}
    </section>
  );
}

function Found({ judged: found }: { readonly judged: Judged }) {
  const t = texts();
  const { evaluation, samples, step, set } = found;
  const { scores, confusion } = evaluation;
  const isOld = found.version !== run.version.value;
  return (
    <>
      <p role="status">
        {t.scores(t[set], samples.x.shape[0] ?? 0, step, scores.loss.toPrecision(4))}{' '}
        {scores.accuracy === null ? null : <strong>{t.accuracy(percent(scores.accuracy))}</strong>}
      </p>
      {isOld ? <Notice kind="warn">{t.outdated}</Notice> : null}
      {confusion === null ? null : (
        <>
          <div class="use-judged">
            <Confusion
              matrix={confusion}
              classes={samples.classes}
              selected={cell.value}
              onSelect={(one) => {
                cell.value = one;
              }}
            />
            <ClassTable confusion={confusion} classes={samples.classes} />
          </div>
          <SampleGrid
            key={JSON.stringify(cell.value)}
            judged={found}
            cell={cell.value}
            onAll={() => {
              cell.value = null;
            }}
          />
        </>
      )}
    </>
  );
}
