import type { CsvData } from '../state/experiment.ts';
import { counted, texts } from './messages.ts';
import type { TableChoicesProps } from './table-choices.tsx';
import { type ColumnFacts, inputsOf, type TableFacts } from './table-facts.ts';

/** The first rows of a table; each column says what it holds, and can be left out. */
export function TablePreview({ data, facts, onChange }: TableChoicesProps) {
  const t = texts();
  return (
    <div class="stack-small">
      <p class="small soft">
        {t.firstRows(counted(facts.rows))} · {t.inputs}
      </p>
      {/** biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than the page is scrolled by keys, too. */}
      <section class="table-scroll" tabIndex={0} aria-label={data.csv}>
        <table class="data-table">
          <thead>
            <tr>
              {facts.columns.map((column) => (
                <th key={column.name} scope="col" class={column.name === data.target ? 'target' : undefined}>
                  <ColumnHead column={column} data={data} facts={facts} onChange={onChange} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.preview.map((row, r) => (
              <tr key={r}>
                {row.map((value, c) => (
                  <td
                    key={facts.columns[c]?.name ?? c}
                    class={facts.columns[c]?.name === data.target ? 'target' : undefined}
                  >
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function ColumnHead({ column, data, facts, onChange }: TableChoicesProps & { readonly column: ColumnFacts }) {
  const t = texts();
  const { name, type, different, missing } = column;
  const notes = [t[type], ...(type === 'string' ? [t.different(counted(different))] : [])];
  if (missing > 0) notes.push(t.missing(counted(missing)));
  return (
    <>
      {name === data.target ? (
        <span>{name}</span>
      ) : (
        <label>
          <input
            type="checkbox"
            aria-label={t.useColumn(name)}
            checked={isInput(data, name)}
            onChange={({ currentTarget }) => onChange(withInput(data, facts, name, currentTarget.checked))}
          />
          <span aria-hidden="true">{name}</span>
        </label>
      )}
      <small>{notes.join(', ')}</small>
    </>
  );
}

function isInput({ features }: CsvData, name: string): boolean {
  return features?.includes(name) ?? true;
}

/** The same choice with a column more or less; the last one stays. */
function withInput(data: CsvData, facts: TableFacts, name: string, isWanted: boolean): CsvData {
  const { features: _, oneHot: __, missing: ___, ...rest } = data;
  const inputs = inputsOf(facts, data.target, (one) => (one.name === name ? isWanted : isInput(data, one.name)));
  return inputs.features?.length === 0 ? data : { ...rest, ...inputs };
}
