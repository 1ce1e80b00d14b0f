import type { JSX, TargetedFocusEvent, TargetedKeyboardEvent } from 'preact';
import type { BoardRow } from '../src/board/protocol.ts';
import { columnsOfNumber, numberColumns, STATE_GROUPS } from '../src/board/view/columns.ts';
import type { View } from '../src/board/view/view.ts';
import type { Change } from './use-view.ts';

interface ToolsProps {
  readonly view: View;
  readonly change: Change;
  readonly rows: readonly BoardRow[];
  readonly shown: readonly BoardRow[];
  /** Numbers that runs have. */
  readonly names: readonly string[];
}

/** What is above the table: which runs and which numbers it shows. */
export function Tools({ view, change, rows, shown, names }: ToolsProps): JSX.Element {
  return (
    <div class="tools">
      <label class="grow">
        <span class="visually-hidden">Filter runs</span>
        <input
          type="search"
          placeholder="Filter by name, data, network"
          value={view.filter}
          onInput={({ currentTarget }) => change({ filter: currentTarget.value })}
        />
      </label>
      <label>
        <span class="visually-hidden">State</span>
        <select value={view.state} onChange={({ currentTarget }) => change({ state: currentTarget.value })}>
          <option value="">all states</option>
          {Object.keys(STATE_GROUPS).map((group) => (
            <option key={group} value={group}>
              {group}
            </option>
          ))}
        </select>
      </label>
      <span class="soft" role="status">
        {shown.length === rows.length ? '' : `${shown.length} of ${rows.length} shown`}
      </span>
      {names.length > 0 && <ColumnMenu view={view} change={change} names={names} />}
    </div>
  );
}

function ColumnMenu({ view, change, names }: Pick<ToolsProps, 'view' | 'change' | 'names'>): JSX.Element {
  const on = numberColumns(names, view.columns).map(({ id }) => id);
  const all = names.flatMap(columnsOfNumber);
  return (
    <details class="menu end" onKeyDown={closeOnEscape} onFocusOut={closeOnLeave}>
      <summary class="button">Columns</summary>
      <div>
        {all.map(({ id, label }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={on.includes(id)}
              onChange={() => change({ columns: on.includes(id) ? on.filter((one) => one !== id) : [...on, id] })}
            />
            {label}
          </label>
        ))}
      </div>
    </details>
  );
}

function closeOnEscape({ key, currentTarget }: TargetedKeyboardEvent<HTMLDetailsElement>): void {
  if (key !== 'Escape') return;
  currentTarget.open = false;
  currentTarget.querySelector('summary')?.focus();
}

function closeOnLeave({ relatedTarget, currentTarget }: TargetedFocusEvent<HTMLDetailsElement>): void {
  if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
}
