import { useEffect, useState } from 'preact/hooks';
import { problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import type { TableFileData } from '../state/experiment.ts';
import { FileDrop } from '../ui/file-drop.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { dataWorker } from './client.ts';
import { type CsvFormat, csvFormat } from './csv-format.ts';
import { changeKept, kept } from './kept.ts';
import type { KeptTable } from './kept-values.ts';
import { texts } from './messages.ts';
import { noRoom } from './problems.ts';
import type { TableFacts } from './table-facts.ts';

const HEAD = 64 * 1024;
/** The share of a new table that is kept to test. */
export const FIRST_TEST = 0.2;

export interface TableFileProps<D extends TableFileData> {
  /** The name of the table that is chosen. */
  readonly chosen: string | undefined;
  /** A config for a table, as far as the table itself tells it. Throws what is wrong with it. */
  readonly firstOf: (name: string, facts: TableFacts, format: CsvFormat) => D;
  readonly onChange: (data: D) => void;
  readonly onProblem: (problem: Problem | null) => void;
}

/** Opens tables, and chooses among those that were opened before. */
export function TableFile<D extends TableFileData>({ chosen, firstOf, onChange, onProblem }: TableFileProps<D>) {
  const t = texts();
  const tables = kept.value?.tables ?? [];
  const table = tables.find(({ name }) => name === chosen);
  const first = async (file: Blob, name: string): Promise<D> => {
    const format = csvFormat(await file.slice(0, HEAD).text());
    return firstOf(name, await dataWorker().facts(file, name, format), format);
  };
  const open = async (file: File): Promise<void> => {
    onProblem(null);
    try {
      const made = await first(file, file.name);
      await changeKept({ put: { tables: [{ name: file.name, file }] } }).catch((error: unknown) => {
        throw noRoom(error);
      });
      onChange(made);
    } catch (error) {
      onProblem(problemOf(error));
    }
  };
  const choose = (name: string): void => {
    const found = tables.find((one) => one.name === name);
    if (found === undefined) return;
    first(found.file, name).then(onChange, (error: unknown) => onProblem(problemOf(error)));
  };
  return (
    <>
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
    </>
  );
}

/** What the table holds; null until it has been read. */
export function useFacts(
  table: KeptTable | undefined,
  data: TableFileData | null,
  onProblem: (problem: Problem) => void,
): TableFacts | null {
  const [read, setRead] = useState<{ readonly file: Blob; readonly facts: TableFacts } | null>(null);
  const file = table?.file;
  const { delimiter, decimal } = data ?? {};
  const name = table?.name ?? '';
  useEffect(() => {
    if (file === undefined) return;
    let isHere = true;
    const format = { ...(delimiter !== undefined && { delimiter }), ...(decimal === ',' && { decimal }) };
    dataWorker()
      .facts(file, name, format)
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
  }, [file, name, delimiter, decimal]);
  return read !== null && read.file === file ? read.facts : null;
}
