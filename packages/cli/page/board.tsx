import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { BoardRow } from '../src/board/protocol.ts';
import { BACK, FRONT, filtered, NAME, numberColumns, numbersIn, sorted } from '../src/board/view/columns.ts';
import { choose, leave } from '../src/board/view/view.ts';
import { Curves } from './curves.tsx';
import { Differences } from './differences.tsx';
import { RunsTable } from './runs-table.tsx';
import { Tools } from './tools.tsx';
import { type Known, useFeed } from './use-feed.ts';
import { useView } from './use-view.ts';

/** Runs whose curves are shown before anybody chose: the newest, and others of the same data, whose numbers can be compared. */
const AT_FIRST = 5;

/** The whole page. */
export function Board({ title }: { readonly title: string }): JSX.Element {
  const { connection, isThere, rows } = useFeed();
  const [view, change] = useView();
  const names = useMemo(() => numbersIn(rows), [rows]);
  const columns = useMemo(() => [...FRONT, ...numberColumns(names, view.columns), ...BACK], [names, view.columns]);
  const shown = useMemo(() => {
    const by = [NAME, ...columns].find(({ id }) => id === view.sort.by) ?? NAME;
    return sorted(filtered(rows, view.filter, view.state), by, view.sort.down);
  }, [rows, columns, view.filter, view.state, view.sort]);
  const atFirst = useFirst(rows);
  const chosen = view.chosen ?? atFirst;
  const picked = useMemo(() => {
    const named = new Map(rows.map((row) => [row.name, row]));
    return [...chosen.keys()].flatMap((name) => named.get(name) ?? []);
  }, [rows, chosen]);
  return (
    <>
      <header>
        <h1>{title}</h1>
        <p>{summaryOf(rows)}</p>
        <Live connection={connection} />
      </header>
      <main>
        <section aria-label="Runs">
          <Tools view={view} change={change} rows={rows} shown={shown} names={names} />
          {rows.length === 0 ? (
            <Nothing connection={connection} isThere={isThere} />
          ) : (
            <RunsTable rows={shown} columns={columns} sort={view.sort} chosen={chosen} change={change} />
          )}
        </section>
        {rows.length > 0 && <Curves picked={picked} chosen={chosen} view={view} change={change} />}
        {picked.length > 1 && <Differences picked={picked} chosen={chosen} />}
      </main>
    </>
  );
}

/** The runs that are chosen before anybody chose. Those that stay keep their colours. */
function useFirst(rows: readonly BoardRow[]): ReadonlyMap<string, number> {
  const before = useRef<ReadonlyMap<string, number>>(new Map());
  const names = newest(rows);
  const old = [...before.current.keys()].filter((name) => !names.includes(name));
  if (old.length > 0 || names.some((name) => !before.current.has(name))) {
    before.current = choose(leave(before.current, old), names);
  }
  return before.current;
}

function newest(rows: readonly BoardRow[]): readonly string[] {
  const readable = rows.filter(({ numbers }) => Object.keys(numbers).length > 0);
  const started = ({ started: at }: BoardRow): string => at ?? '';
  const all = [...readable].sort((a, b) => started(b).localeCompare(started(a)) || a.name.localeCompare(b.name));
  return all
    .filter(({ data }) => data === all[0]?.data)
    .slice(0, AT_FIRST)
    .map(({ name }) => name);
}

function summaryOf(rows: readonly BoardRow[]): string {
  const training = rows.filter(({ state }) => state === 'training' || state === 'starting').length;
  const reading = rows.filter(({ isReading }) => isReading).length;
  const all = `${rows.length} ${rows.length === 1 ? 'run' : 'runs'}`;
  const parts = [
    all,
    ...(training > 0 ? [`${training} training`] : []),
    ...(reading > 0 ? [`reading ${reading}`] : []),
  ];
  return parts.join(', ');
}

const CONNECTIONS: Readonly<Record<Known['connection'], string>> = {
  wait: 'looking',
  live: 'live',
  lost: 'descent board has ended',
};

function Live({ connection }: Pick<Known, 'connection'>): JSX.Element {
  return (
    <span class={`live ${connection}`} role="status">
      <i />
      {CONNECTIONS[connection]}
    </span>
  );
}

function Nothing({ connection, isThere }: Pick<Known, 'connection' | 'isThere'>): JSX.Element {
  return (
    <div class="card empty">
      {connection === 'wait' ? (
        <p>Looking for runs…</p>
      ) : isThere ? (
        <>
          <p>There are no runs here yet. They appear by themselves.</p>
          <p>
            <code>descent train &lt;config&gt;</code> begins one, <code>descent demo</code> shows how.
          </p>
        </>
      ) : (
        <p>The folder is not there. When it comes back, its runs appear.</p>
      )}
    </div>
  );
}
