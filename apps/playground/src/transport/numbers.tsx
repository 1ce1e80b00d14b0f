import { Term } from '../glossary/term.tsx';
import type { TermName } from '../glossary/terms.ts';
import { run } from '../session/run.ts';
import { experiment } from '../state/store.ts';
import { formatLoss, formatShare } from './format.ts';
import { texts } from './messages.ts';

/** Where training stands. Each number says what it is of: a batch is no epoch, and training data are no test data. */
export function Numbers() {
  const t = texts();
  const { opened, curve, epochs, step } = run;
  const perEpoch = opened.value?.stepsAnEpoch ?? null;
  const done = step.value;
  const epoch = perEpoch === null || done === 0 ? 0 : Math.floor((done - 1) / perEpoch) + 1;
  const last = epochs.value.at(-1);
  const held = last?.validation ?? last?.test ?? null;
  const isValidation = last?.validation !== null && last?.validation !== undefined;
  const isClasses = opened.value?.task !== 'regression';
  const heldLabel = isClasses
    ? isValidation
      ? t.validationAccuracy
      : t.testAccuracy
    : isValidation
      ? t.validationLoss
      : t.testLoss;
  return (
    <dl class="transport-numbers">
      <Entry name={t.epoch} term="epoch" value={`${epoch} / ${experiment.value.epochs}`} />
      <Entry name={t.stepCount} term="step" value={String(done)} isMinor />
      <Entry name={t.batchLoss} term="loss" value={formatLoss(curve.value.losses.at(-1))} />
      {isClasses ? (
        <Entry name={t.batchAccuracy} term="accuracy" value={formatShare(curve.value.accuracies.at(-1))} isMinor />
      ) : null}
      <Entry
        name={heldLabel}
        term={isValidation ? 'validationSet' : 'testSet'}
        value={isClasses ? formatShare(held?.accuracy ?? undefined) : formatLoss(held?.loss)}
        kind={isValidation ? 'validation' : 'test'}
      />
    </dl>
  );
}

function Entry(props: {
  readonly name: string;
  readonly term: TermName;
  readonly value: string;
  readonly kind?: string;
  readonly isMinor?: boolean;
}) {
  return (
    <div class={props.isMinor === true ? 'minor' : undefined} data-kind={props.kind}>
      <dt>
        <Term name={props.term}>{props.name}</Term>
      </dt>
      <dd>{props.value}</dd>
    </div>
  );
}
