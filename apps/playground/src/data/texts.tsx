import { useState } from 'preact/hooks';
import type { Problem } from '../session/protocol.ts';
import type { TextsData } from '../state/experiment.ts';
import { Field } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { NumberField } from '../ui/number-field.tsx';
import type { CsvFormat } from './csv-format.ts';
import { kept } from './kept.ts';
import { counted, texts } from './messages.ts';
import { readTable } from './own.ts';
import { TestShare, withTest } from './shares.tsx';
import { shortList } from './table.tsx';
import { likelyTarget, likelyTask, likelyText, type TableFacts } from './table-facts.ts';
import { FIRST_TEST, TableFile, useFacts } from './table-file.tsx';

/** Characters of an input at first; longer texts are cut. */
const FIRST_LENGTH = 200;
const MOST_LENGTH = 10_000;

export interface TextsPanelProps {
  /** The texts of the experiment; null while other data are chosen. */
  readonly data: TextsData | null;
  readonly onChange: (data: TextsData) => void;
}

/** Texts of the user's own with a class or a number each: two columns of a table. */
export function TextsPanel({ data, onChange }: TextsPanelProps) {
  const t = texts();
  const [problem, setProblem] = useState<Problem | null>(null);
  const table = data === null ? undefined : kept.value?.tables.find(({ name }) => name === data.texts);
  const facts = useFacts(table, data, setProblem);
  return (
    <div class="stack">
      <p class="small soft">{t.textsAbout}</p>
      <TableFile chosen={table?.name} firstOf={firstChoice} onChange={onChange} onProblem={setProblem} />
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {data === null || table === undefined || facts === null ? null : (
        <ChosenTexts data={data} facts={facts} onChange={onChange} />
      )}
    </div>
  );
}

function ChosenTexts({
  data,
  facts,
  onChange,
}: {
  readonly data: TextsData;
  readonly facts: TableFacts;
  readonly onChange: (data: TextsData) => void;
}) {
  const t = texts();
  const read = readTable.value;
  const predict = (target: string): void => {
    const column = facts.columns.find(({ name }) => name === target);
    if (column !== undefined) onChange({ ...data, target, task: likelyTask(column) });
  };
  const columns = (without: string) =>
    facts.columns.flatMap(({ name }) =>
      name === without
        ? []
        : [
            <option key={name} value={name}>
              {name}
            </option>,
          ],
    );
  return (
    <>
      <div class="data-fields">
        <Field label={t.textColumn}>
          {(attributes) => (
            <select
              {...attributes}
              value={data.text}
              onChange={({ currentTarget }) => onChange({ ...data, text: currentTarget.value })}
            >
              {columns(data.target)}
            </select>
          )}
        </Field>
        <Field label={t.target} term="label">
          {(attributes) => (
            <select {...attributes} value={data.target} onChange={({ currentTarget }) => predict(currentTarget.value)}>
              {columns(data.text)}
            </select>
          )}
        </Field>
        <NumberField
          label={t.maxLength}
          hint={t.maxLengthHint}
          value={data.maxLength}
          least={1}
          most={MOST_LENGTH}
          integer
          onChange={(maxLength) => onChange({ ...data, maxLength })}
        />
        <TestShare value={data.test} onChange={(test) => onChange(withTest(data, test))} />
      </div>
      {data.missing === 'drop' ? <p class="small soft">{t.dropped}</p> : null}
      <div aria-live="polite">
        {read === null || read.samples === null || read.sample === null ? null : (
          <p class="small">
            {t.textsAre(counted(read.samples.train), counted(read.samples.test), String(read.sample.tokens ?? 0))}
            {read.sample.classes.length === 0 ? null : ` · ${t.classNames(shortList(read.sample.classes))}`}
          </p>
        )}
      </div>
      {read === null || read.problem === null ? null : <ProblemNotice problem={read.problem} />}
    </>
  );
}

/** A config for the texts of a table, as far as the table itself tells it. */
function firstChoice(name: string, facts: TableFacts, format: CsvFormat): TextsData {
  const text = likelyText(facts);
  const others = { ...facts, columns: facts.columns.filter((column) => column.name !== text) };
  const target = likelyTarget(others);
  const column = others.columns.find((one) => one.name === target);
  const hasMissing = facts.columns.some((one) => (one.name === text || one.name === target) && one.missing > 0);
  return {
    ...{ texts: name, text, target, maxLength: FIRST_LENGTH, truncate: 'end' },
    task: column === undefined ? 'classification' : likelyTask(column),
    ...(hasMissing && { missing: 'drop' }),
    ...format,
    test: FIRST_TEST,
  };
}
