import { useEffect, useState } from 'preact/hooks';
import { problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import type { CsvData } from '../state/experiment.ts';
import { FileDrop } from '../ui/file-drop.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { dataWorker } from './client.ts';
import { csvFormat } from './csv-format.ts';
import { changeKept, kept } from './kept.ts';
import type { KeptTable } from './kept-values.ts';
import { counted, texts } from './messages.ts';
import { readTable } from './own.ts';
import { noRoom } from './problems.ts';
import { TestShare, withTest } from './shares.tsx';
import { TableChoices } from './table-choices.tsx';
import { inputsOf, isLikelyInput, likelyTarget, likelyTask, type TableFacts } from './table-facts.ts';
import { TablePreview } from './table-preview.tsx';

const HEAD = 64 * 1024;
const FIRST_TEST = 0.2;

export interface TablePanelProps {
  /** The table of the experiment; null while other data are chosen. */
  readonly data: CsvData | null;
  readonly onChange: (data: CsvData) => void;
}

/** Tables of the user's own: opened, looked at, and divided into inputs and what is to be predicted. */
export function TablePanel({ data, onChange }: TablePanelProps) {
  const t = texts();
  const [problem, setProblem] = useState<Problem | null>(null);
  const tables = kept.value?.tables ?? [];
  const table = data === null ? undefined : tables.find(({ name }) => name === data.csv);
  const facts = useFacts(table, data, setProblem);

  const open = async (file: File): Promise<void> => {
    setProblem(null);
    try {
      const first = await firstChoice(file, file.name);
      await changeKept({ put: { tables: [{ name: file.name, file }] } }).catch((error: unknown) => {
        throw noRoom(error);
      });
      onChange(first);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const choose = (name: string): void => {
    const chosen = tables.find((one) => one.name === name);
    if (chosen === undefined) return;
    firstChoice(chosen.file, name).then(onChange, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <div class="stack">
      <FileDrop
        label={t.chooseTable}
        hint={t.tableHint}
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
        onFiles={([file]) => {
          if (file !== undefined) void open(file);
        }}
      />
      {tables.length === 0 ? null : (
        <div class="row data-row">
          <label class="field">
            <span>{t.tables}</span>
            <select value={table?.name ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {table === undefined ? <option value="" /> : null}
              {tables.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {table === undefined ? null : (
            <IconButton
              icon="trash"
              label={t.removeTable}
              onClick={() => void changeKept({ remove: { tables: [table.name] } })}
            />
          )}
        </div>
      )}
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
async function firstChoice(file: Blob, name: string): Promise<CsvData> {
  const format = csvFormat(await file.slice(0, HEAD).text());
  const facts = await dataWorker().facts(file, name, format);
  const target = likelyTarget(facts);
  const column = facts.columns.find((one) => one.name === target);
  return {
    csv: name,
    target,
    task: column === undefined ? 'classification' : likelyTask(column),
    ...inputsOf(facts, target, (one) => isLikelyInput(one, facts)),
    ...format,
    test: FIRST_TEST,
  };
}

/** What the table holds; null until it has been read. */
function useFacts(
  table: KeptTable | undefined,
  data: CsvData | null,
  onProblem: (problem: Problem) => void,
): TableFacts | null {
  const [read, setRead] = useState<{ readonly file: Blob; readonly facts: TableFacts } | null>(null);
  const file = table?.file;
  const { csv = '', delimiter, decimal } = data ?? {};
  useEffect(() => {
    if (file === undefined) return;
    let isHere = true;
    const format = { ...(delimiter !== undefined && { delimiter }), ...(decimal === ',' && { decimal }) };
    dataWorker()
      .facts(file, csv, format)
      .then(
        (facts) => {
          if (isHere) setRead({ file, facts });
        },
        (error: unknown) => {
          if (isHere) onProblem(problemOf(error));
        },
      );
    return () => {
      isHere = false;
    };
  }, [file, csv, delimiter, decimal]);
  return read !== null && read.file === file ? read.facts : null;
}

const SHOWN_CLASSES = 12;

function shortList(names: readonly string[]): string {
  const some = names.slice(0, SHOWN_CLASSES).join(', ');
  return names.length > SHOWN_CLASSES ? `${some}, …` : some;
}
