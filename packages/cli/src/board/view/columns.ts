import type { BoardNumber, BoardRow } from '../protocol.ts';
import { PARTS } from './view.ts';

/** A column of the table that a run may have a value in. */
export interface Column {
  readonly id: string;
  readonly label: string;
  /** Numbers stand at the right, and begin with the largest when they are sorted first. */
  readonly isNumber: boolean;
  /** Null where a run has none. */
  value(row: BoardRow): string | number | null;
}

const column = (id: string, label: string, value: Column['value'], isNumber = false): Column => ({
  id,
  label,
  isNumber,
  value,
});

export const NAME: Column = column('name', 'run', ({ name }) => name);
/** What is known of every run: in front of its numbers, and behind them. */
export const FRONT: readonly Column[] = [
  column('state', 'state', ({ state }) => state),
  column('data', 'data', ({ data }) => data || null),
  column('network', 'network', ({ network }) => network || null),
  column('parameters', 'parameters', ({ parameters }) => parameters, true),
  column('epochs', 'epochs', ({ epochs }) => epochs, true),
];
export const BACK: readonly Column[] = [
  column('time', 'time', ({ seconds }) => seconds, true),
  column('started', 'started', ({ started }) => started),
];

/** Numbers shown at first: so many fit. */
const AT_FIRST = 2;

/** Every number that a run has, such as `validation_loss`: losses first, of the data that most runs were judged on. */
export function numbersIn(rows: readonly BoardRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { numbers } of rows)
    for (const name of Object.keys(numbers)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rank = (name: string): readonly number[] => {
    const [part, metric] = partsOf(name);
    return [
      part === 'train' ? 1 : 0,
      -(counts.get(name) ?? 0),
      metric === 'loss' ? 0 : 1,
      -PARTS.indexOf(part as 'test'),
    ];
  };
  return [...counts.keys()].sort((a, b) => compareAll(rank(a), rank(b)) || compareTexts(a, b));
}

/** `['validation', 'top_5_accuracy']` */
export function partsOf(name: string): readonly [part: string, metric: string] {
  const at = name.indexOf('_');
  return [name.slice(0, at), name.slice(at + 1)];
}

/** The last value of a number, and the best one where a run says which that is. */
export function columnsOfNumber(name: string): readonly Column[] {
  const label = name.replaceAll('_', ' ');
  const of = ({ numbers }: BoardRow): BoardNumber | undefined =>
    Object.hasOwn(numbers, name) ? numbers[name] : undefined;
  return [
    column(`last:${name}`, label, (row) => of(row)?.last ?? null, true),
    column(`best:${name}`, `best ${label}`, (row) => of(row)?.best ?? null, true),
  ];
}

/** The columns of numbers: the chosen ones, else the first few. */
export function numberColumns(names: readonly string[], chosen: readonly string[] | null): readonly Column[] {
  return names.flatMap((name, i) =>
    columnsOfNumber(name).filter(({ id }) => (chosen === null ? i < AT_FIRST : chosen.includes(id))),
  );
}

/** What people look for among states. */
export const STATE_GROUPS: Readonly<Record<string, readonly BoardRow['state'][]>> = {
  training: ['training', 'starting'],
  finished: ['finished'],
  stopped: ['interrupted', 'cut off'],
  failed: ['failed'],
  unreadable: ['unreadable'],
};

/** The rows that hold every word of `filter`, and are in the group of states. */
export function filtered(rows: readonly BoardRow[], filter: string, state: string): readonly BoardRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const states = Object.hasOwn(STATE_GROUPS, state) ? STATE_GROUPS[state] : undefined;
  return rows.filter((row) => {
    if (states !== undefined && !states.includes(row.state)) return false;
    const text = `${row.name}\n${row.data}\n${row.network}\n${row.state}\n${row.problem ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Rows by the values of a column; those without one stand at the end either way, equal ones by name. */
export function sorted(rows: readonly BoardRow[], by: Column, down: boolean): readonly BoardRow[] {
  const keyed = rows.map((row) => ({ row, value: by.value(row) }));
  const compare = (a: string | number, b: string | number): number =>
    typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b));
  return keyed
    .sort((a, b) => {
      if (a.value === null || b.value === null)
        return Number(a.value === null) - Number(b.value === null) || compareTexts(a.row.name, b.row.name);
      return (down ? -1 : 1) * compare(a.value, b.value) || compareTexts(a.row.name, b.row.name);
    })
    .map(({ row }) => row);
}

const TEXTS = new Intl.Collator('en', { numeric: true });

/** `trial-2` before `trial-10`. */
function compareTexts(a: string, b: string): number {
  return TEXTS.compare(a, b);
}

function compareAll(a: readonly number[], b: readonly number[]): number {
  return a.map((value, i) => value - (b[i] as number)).find((difference) => difference !== 0) ?? 0;
}
