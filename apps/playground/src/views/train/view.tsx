import { DataPanel } from '../../data/panel.tsx';
import { Diagnosis } from '../../diagnosis/diagnosis.tsx';
import { run } from '../../session/run.ts';
import { ProblemNotice } from '../../ui/notice.tsx';
import type { View } from '../view.ts';
import { Curves } from './curves.tsx';
import { EpochTable } from './epoch-table.tsx';
import { texts } from './messages.ts';
import { OneStep } from './one-step.tsx';
import { RangeTest } from './range-test.tsx';
import { Settings } from './settings.tsx';
import './train.css';
import { WeightsHome } from './weights-home.tsx';

function Body() {
  const t = texts();
  const { problem, epochs, findings, status } = run;
  return (
    <div class="stack">
      <h1 class="visually-hidden">{t.title}</h1>
      {problem.value === null ? null : <ProblemNotice problem={problem.value} />}
      <Curves />
      <DataPanel isValidationElsewhere />
      <div class="train-pair">
        <Settings />
        <EpochTable />
      </div>
      <div class="card">
        <Diagnosis epochs={epochs.value} findings={findings.value} isDone={status.value === 'done'} />
      </div>
      <div class="train-pair">
        <OneStep />
        <RangeTest />
      </div>
      <WeightsHome />
    </div>
  );
}

export const view: View = {
  name: 'train',
  title: () => texts().title,
  icon: <path d="M4 4v16h16M7 8c2 7 5 8 13 9" />,
  Body,
};
