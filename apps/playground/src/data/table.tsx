import { useState } from 'preact/hooks';
import type { Problem } from '../session/protocol.ts';
import type { CsvData } from '../state/experiment.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import type { CsvFormat } from './csv-format.ts';
import { kept } from './kept.ts';
import { counted, texts } from './messages.ts';
import { readTable } from './own.ts';
import { TestShare, withTest } from './shares.tsx';
import { TableChoices } from './table-choices.tsx';
import { inputsOf, isLikelyInput, likelyTarget, likelyTask, type TableFacts } from './table-facts.ts';
import { FIRST_TEST, TableFile, useFacts } from './table-file.tsx';
import { TablePreview } from './table-preview.tsx';

export interface TablePanelProps {
  /** The table of the experiment; null while other data are chosen. */
  readonly data: CsvData | null;
  readonly onChange: (data: CsvData) => void;
}

/** Tables of the user's own: opened, looked at, and divided into inputs and what is to be predicted. */
export function TablePanel({ data, onChange }: TablePanelProps) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const table = data === null ? undefined : kept.value?.tables.find(({ name }) => name === data.csv);
  const facts = useFacts(table, data, setProblem);
  return (
    <div class="stack">
      <TableFile chosen={table?.name} firstOf={firstChoice} onChange={onChange} onProblem={setProblem} />
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {data === null || table === undefined || facts === null ? null : (
        <ChosenTable data={data} facts={facts} onChange={onChange} />
      )}
    </div>
  );
}

function ChosenTable({
  data,
  facts,
  onChange,
}: {
  readonly data: CsvData;
  readonly facts: TableFacts;
  readonly onChange: (data: CsvData) => void;
}) {
  const t = texts();
  const read = readTable.value;
  return (
    <>
      <div class="data-fields">
        <TableChoices data={data} facts={facts} onChange={onChange} />
        <TestShare value={data.test} onChange={(test) => onChange(withTest(data, test))} />
      </div>
      <TablePreview data={data} facts={facts} onChange={onChange} />
      {data.missing === 'drop' ? <p class="small soft">{t.dropped}</p> : null}
      <div aria-live="polite">
        {read === null || read.samples === null || read.sample === null ? null : (
          <p class="small">
            {t.tableIs(counted(read.samples.train), counted(read.samples.test), counted(read.sample.shape[0] ?? 0))}
            {read.sample.classes.length === 0 ? null : ` · ${t.classNames(shortList(read.sample.classes))}`}
          </p>
        )}
      </div>
      {read === null || read.problem === null ? null : <ProblemNotice problem={read.problem} />}
    </>
  );
}

/** A config for a table, as far as the table itself tells it. */
function firstChoice(csv: string, facts: TableFacts, format: CsvFormat): CsvData {
  const target = likelyTarget(facts);
  const column = facts.columns.find((one) => one.name === target);
  return {
    ...{ csv, target },
    task: column === undefined ? 'classification' : likelyTask(column),
    ...inputsOf(facts, target, (one) => isLikelyInput(one, facts)),
    ...format,
    test: FIRST_TEST,
  };
}

const SHOWN_CLASSES = 12;

/** The first of the names. */
export function shortList(names: readonly string[]): string {
  const some = names.slice(0, SHOWN_CLASSES).join(', ');
  return names.length > SHOWN_CLASSES ? `${some}, …` : some;
}
