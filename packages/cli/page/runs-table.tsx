import { count, decimal, duration } from '@descent/runs/charts';
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import type { BoardRow } from '../src/board/protocol.ts';
import { TONE_COUNT } from '../src/board/view/charts.ts';
import { type Column, NAME } from '../src/board/view/columns.ts';
import { choose, leave, type View } from '../src/board/view/view.ts';
import type { Change } from './use-view.ts';

interface TableProps {
  readonly rows: readonly BoardRow[];
  readonly columns: readonly Column[];
  readonly sort: View['sort'];
  readonly chosen: ReadonlyMap<string, number>;
  readonly change: Change;
}

/** Fewer rows than that need no room of their own to move in. */
const FEW = 8;

/** One row a run; the headings sort, the first column chooses. */
export function RunsTable({ rows, columns, sort, chosen, change }: TableProps): JSX.Element {
  const names = rows.map(({ name }) => name);
  const isAll = rows.length > 0 && names.every((name) => chosen.has(name));
  const toggle = (some: readonly string[], isOn: boolean): void =>
    change({ chosen: isOn ? choose(chosen, some) : leave(chosen, some) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be moved by keyboard.
    <section class={`runs${rows.length < FEW ? ' short' : ''}`} aria-label="Table of runs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="check">
              <label>
                <span class="visually-hidden">Choose all that are shown</span>
                <input type="checkbox" checked={isAll} onChange={() => toggle(names, !isAll)} />
              </label>
            </th>
            {[NAME, ...columns].map((column) => (
              <Heading key={column.id} column={column} sort={sort} change={change} />
            ))}
            <th scope="col">
              <span class="visually-hidden">Report</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              columns={columns}
              tone={chosen.get(row.name)}
              toggle={toggle}
              chosen={chosen}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <div class="empty">No run is like that.</div>}
    </section>
  );
}

interface HeadingProps extends Pick<TableProps, 'sort' | 'change'> {
  readonly column: Column;
}

function Heading({ column, sort, change }: HeadingProps): JSX.Element {
  const isSorted = sort.by === column.id;
  const look = [column.isNumber ? 'n' : '', column.id === 'name' ? 'name' : ''].join(' ').trim();
  return (
    <th scope="col" class={look} aria-sort={isSorted ? (sort.down ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        onClick={() => change({ sort: { by: column.id, down: isSorted ? !sort.down : column.id === 'started' } })}
      >
        {column.label}
        {isSorted ? (sort.down ? ' ↓' : ' ↑') : ''}
      </button>
    </th>
  );
}

interface RowProps {
  readonly row: BoardRow;
  readonly columns: readonly Column[];
  readonly tone: number | undefined;
  readonly chosen: ReadonlyMap<string, number>;
  readonly toggle: (names: readonly string[], isOn: boolean) => void;
}

const Row = memo(
  function Row({ row, columns, tone, toggle }: RowProps): JSX.Element {
    const isChosen = tone !== undefined;
    return (
      <tr class={isChosen ? 'chosen' : ''}>
        <td class="check">
          <label>
            <span class="visually-hidden">Show {row.name}</span>
            <input type="checkbox" checked={isChosen} onChange={() => toggle([row.name], !isChosen)} />
          </label>
        </td>
        <th scope="row" class="name">
          <i class={isChosen ? `t${tone % TONE_COUNT}` : ''} aria-hidden="true" />
          <span title={row.name}>{row.name}</span>
        </th>
        {columns.map((column) => (
          <Cell key={column.id} row={row} column={column} />
        ))}
        <td>
          {row.hasReport && (
            <a
              href={`/runs/${row.key}/report.html`}
              target="_blank"
              rel="noreferrer"
              aria-label={`Report of ${row.name}`}
            >
              report
            </a>
          )}
        </td>
      </tr>
    );
  },
  (a, b) => a.row.revision === b.row.revision && a.columns === b.columns && a.tone === b.tone && a.chosen === b.chosen,
);

function Cell({ row, column }: { readonly row: BoardRow; readonly column: Column }): JSX.Element {
  const value = column.value(row);
  if (column.id === 'state') return <StateCell row={row} />;
  if (column.id === 'epochs') return <EpochsCell row={row} />;
  if (column.isNumber) return <td class="n">{shownNumber(row, column, value)}</td>;
  if (column.id === 'started') return <td title={row.started ?? ''}>{shownTime(row.started)}</td>;
  return (
    <td class="cut" title={String(value ?? '')}>
      {value}
    </td>
  );
}

function shownNumber(row: BoardRow, { id }: Column, value: string | number | null): JSX.Element | string {
  if (id === 'time') return row.epochs === 0 && row.seconds === 0 ? '' : duration(row.seconds);
  if (id === 'parameters') return typeof value === 'number' ? count(value) : '';
  const name = id.slice(id.indexOf(':') + 1);
  const number = Object.hasOwn(row.numbers, name) ? row.numbers[name] : undefined;
  if (number === undefined) return '';
  if (id.startsWith('last:')) return number.last === null ? 'not finite' : decimal(number.last);
  if (number.best === undefined) return '';
  return (
    <>
      {decimal(number.best)}
      <span class="soft" title={`in epoch ${number.epoch}`}>
        @{number.epoch}
      </span>
    </>
  );
}

function StateCell({ row }: { readonly row: BoardRow }): JSX.Element {
  return (
    <td>
      <span class={`state ${row.state}`}>{row.state}</span>
      {row.problem !== null && <span class="problem">{row.problem}</span>}
    </td>
  );
}

function EpochsCell({ row: { epochs, wanted, state } }: { readonly row: BoardRow }): JSX.Element {
  const shown = wanted === null ? count(epochs) : `${count(epochs)} / ${count(wanted)}`;
  return (
    <td class="n">
      {shown}
      {state === 'training' && wanted !== null && wanted > 0 && (
        <progress value={Math.min(epochs, wanted)} max={wanted} aria-label="Epochs done" />
      )}
    </td>
  );
}

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function shownTime(started: string | null): string {
  const at = started === null ? Number.NaN : Date.parse(started);
  return Number.isNaN(at) ? (started ?? '') : TIME.format(at);
}
