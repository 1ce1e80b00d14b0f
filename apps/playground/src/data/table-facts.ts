import type { Column, Table } from '@descent/datasets';
import type { CsvData } from '../state/experiment.ts';

export interface ColumnFacts {
  readonly name: string;
  readonly type: Column['type'];
  /** Values that are not there. */
  readonly missing: number;
  /** Different values. */
  readonly different: number;
}

/** What the page shows of a table before anything is chosen. */
export interface TableFacts {
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** The first rows as they stand in the file. */
  readonly preview: readonly (readonly string[])[];
}

const PREVIEW_ROWS = 6;
/** Numbers of at most so many different values are taken for classes at first. */
const FEW = 20;
/** Texts of more different values are left out at first: each would become a column. */
const MOST_ONE_HOT = 20;
const LIKELY_TARGETS = /^(?:label|labels|class|target|y|species|outcome|survived|quality|category)$/i;

export function tableFacts(table: Table, rows: readonly (readonly string[])[]): TableFacts {
  return {
    rows: table.length,
    columns: table.columns.map(({ name, type, missing, data }) => ({
      name,
      type,
      missing,
      different: new Set<unknown>(data).size,
    })),
    preview: rows.slice(0, PREVIEW_ROWS),
  };
}

/** Which column is to be predicted, where nobody has said: one with a likely name, else the last. */
export function likelyTarget({ columns }: TableFacts): string {
  return (columns.find(({ name }) => LIKELY_TARGETS.test(name)) ?? columns.at(-1))?.name ?? '';
}

/** Which column holds texts, where nobody has said: that of the most different values among those of text, else the first. */
export function likelyText({ columns }: TableFacts): string {
  const texts = columns.filter(({ type }) => type === 'string');
  const [first, ...rest] = texts.length > 0 ? texts : columns.slice(0, 1);
  return rest.reduce((best, one) => (one.different > (best?.different ?? 0) ? one : best), first)?.name ?? '';
}

/** Whether a column holds classes or numbers, where nobody has said. */
export function likelyTask({ type, different }: ColumnFacts): 'classification' | 'regression' {
  if (type === 'string' || type === 'boolean') return 'classification';
  return type === 'int32' && different <= FEW ? 'classification' : 'regression';
}

/** Whether a column is used as an input at first. */
export function isLikelyInput({ type, different, missing }: ColumnFacts, { rows }: TableFacts): boolean {
  if (missing === rows) return false;
  return type !== 'string' || different <= MOST_ONE_HOT;
}

/** The keys of the config that say which columns are inputs; those of text become one column a value. */
export function inputsOf(
  facts: TableFacts,
  target: string,
  isInput: (column: ColumnFacts) => boolean,
): Pick<CsvData, 'features' | 'oneHot' | 'missing'> {
  const others = facts.columns.filter(({ name }) => name !== target);
  const inputs = others.filter(isInput);
  const oneHot = inputs.filter(({ type }) => type === 'string').map(({ name }) => name);
  const used = facts.columns.filter((column) => column.name === target || inputs.includes(column));
  return {
    ...(inputs.length < others.length && { features: inputs.map(({ name }) => name) }),
    ...(oneHot.length > 0 && { oneHot }),
    ...(used.some(({ missing }) => missing > 0) && { missing: 'drop' as const }),
  };
}
