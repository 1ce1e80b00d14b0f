import { useState } from 'preact/hooks';
import { sampleOf } from '../../../data/own.ts';
import { Diagnosis } from '../../../diagnosis/diagnosis.tsx';
import { FitChart } from '../../../diagnosis/fit-chart.tsx';
import { gapOf } from '../../../diagnosis/gap.ts';
import { run } from '../../../session/run.ts';
import type { Experiment } from '../../../state/experiment.ts';
import { change, experiment } from '../../../state/store.ts';
import { Notice } from '../../../ui/notice.tsx';
import { analyse } from '../../build/analysis.ts';
import { AccuracyChart } from './accuracy-chart.tsx';
import './fit.css';
import { texts } from './messages.ts';
import { againstOverfitting, againstUnderfitting, holdOut, type Suggestion } from './suggestions.ts';

export function Body() {
  const t = texts();
  const [before, setBefore] = useState<Experiment | null>(null);
  const epochs = run.epochs.value;
  const findings = run.findings.value;
  const isHeldOut = epochs.length === 0 || gapOf(epochs) !== null;
  const found = (rule: string): boolean => findings.some((one) => one.rule === rule);
  const apply = (part: Partial<Experiment>): void => {
    setBefore(experiment.peek());
    change(part);
  };
  return (
    <>
      {epochs.length === 0 ? <Notice>{t.none}</Notice> : null}
      {run.isStale.value ? (
        <Notice
          kind="warn"
          actions={
            before === null ? undefined : (
              <button
                type="button"
                class="button"
                onClick={() => {
                  experiment.value = before;
                  setBefore(null);
                }}
              >
                {t.undo}
              </button>
            )
          }
        >
          {t.stale}
        </Notice>
      ) : null}
      <div class="fit-charts">
        <div class="card">
          <FitChart epochs={epochs} />
        </div>
        <div class="card">
          <AccuracyChart epochs={epochs} />
        </div>
      </div>
      <div class="card">
        <Diagnosis epochs={epochs} findings={findings} isDone={run.status.value === 'done'} />
      </div>
      <div class="stack fit-try">
        <h3>{t.tryTitle}</h3>
        <p class="soft small">{t.tryLead}</p>
        <div class="fit-groups">
          {isHeldOut ? null : <Group title={t.noHeldOut} isFound suggestions={[holdOut()]} onTry={apply} />}
          <Group
            title={t.over}
            isFound={found('overfitting')}
            suggestions={againstOverfitting(experiment.value, epochs)}
            onTry={apply}
          />
          <Group
            title={t.under}
            isFound={found('underfitting')}
            suggestions={againstUnderfitting(experiment.value)}
            onTry={apply}
          />
        </div>
      </div>
    </>
  );
}

interface GroupProps {
  readonly title: string;
  /** Whether the run has this fault. */
  readonly isFound: boolean;
  readonly suggestions: readonly Suggestion[];
  readonly onTry: (change: Partial<Experiment>) => void;
}

function Group({ title, isFound, suggestions, onTry }: GroupProps) {
  const t = texts();
  return (
    <div class={`card stack fit-group ${isFound ? 'found' : ''}`}>
      <h4>
        {title} {isFound ? <span class="fit-mark">{t.found}</span> : null}
      </h4>
      <ul>
        {suggestions.filter(works).map(({ name, from, to, change: part }) => (
          <li key={name}>
            <button type="button" class="fit-link" onClick={() => onTry(part)}>
              {t[name](from, to)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whether data still go through the network that a suggestion makes; where nobody knows, it may be tried. */
function works({ change: { model } }: Suggestion): boolean {
  const sample = sampleOf(experiment.value.data);
  return model === undefined || sample === null || analyse(model, sample).output !== null;
}
