import {
  type Column,
  DataFormatError,
  embeddingSizes,
  fitTable,
  prepareTable,
  type Table,
  type TablePreparation,
  takeRows,
} from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DataSource, LoadedData, LoadedSet } from './data.ts';
import type { TableData } from './define-config.ts';
import { sampleOf } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { inConfig } from './in-config.ts';
import { takeTestRows, takeValidationRows } from './split-rows.ts';
import { readTableFile } from './table-file.ts';

/**
 * A table of numbers and categories, prepared by what its training rows say. It is read at once: how many columns of each there are stands in it. Validation
 * data are taken out here, before the fit.
 */
export async function tableData(data: TableData, files: ConfigFiles): Promise<DataSource> {
  expectKeysFit(data);
  const rows = knownTargets(await readTableFile(files, data.table, data), data);
  const parts = await testParts(rows, data, files);
  const whole = prepared({ ...parts, validation: null }, data);
  return {
    name: fileName(data.table),
    sample: sampleOf(whole.train),
    task: data.task,
    notes: notesOf(whole.table, data),
    load: async (_, heldBack) =>
      heldBack === undefined
        ? whole
        : prepared({ ...parts, ...takeValidationRows(parts.train, heldBack, classesOf(data)) }, data),
  };
}

interface Tables {
  readonly train: Table;
  readonly validation: Table | null;
  readonly test: Table | null;
}

/** Throws a UsageError for keys that contradict each other. */
function expectKeysFit({ task, missing, standardize, standardizeTarget, separator }: TableData): void {
  if (standardize === false && missing === 'fill') {
    throw new UsageError('missing numbers are filled with the mean of standardised ones', {
      path: 'data.missing',
      received: "missing: 'fill' with standardize: false",
      fix: "leave standardize out, or say missing: 'drop'",
    });
  }
  if (separator !== undefined && task !== 'multi-label') {
    throw new UsageError('a separator is for several labels in one column', {
      path: 'data.separator',
      received: `task: '${task}'`,
      expected: "task: 'multi-label'",
    });
  }
  if (standardizeTarget === undefined || task === 'regression') return;
  throw new UsageError('standardizeTarget is for numbers to predict', {
    path: 'data.standardizeTarget',
    received: `task: '${task}'`,
    fix: 'leave it out: classes have no mean',
  });
}

/** The rows that have all targets. Throws a DataFormatError where one lacks one, unless such rows are to be left out. */
function knownTargets(table: Table, { target, missing }: TableData): Table {
  // What is wrong with a name, `fitTable` says.
  const targets = columnsOf(table, target);
  const lacking = (row: number): Column | undefined => targets.find((column) => lacks(column, row));
  const all = Array.from({ length: table.length }, (_, row) => row);
  const known = all.filter((row) => lacking(row) === undefined);
  if (known.length === table.length) return table;
  if (missing === 'drop') return takeRows(table, known);
  const row = all.find((one) => lacking(one) !== undefined) as number;
  throw new DataFormatError('a target is missing', {
    file: table.name,
    received: `nothing in column ${JSON.stringify(lacking(row)?.name)} of row ${row}, counted from 0 without the header`,
    expected: 'a target in each row',
    fix: "leave such rows out with missing: 'drop', or take them out of the file",
  });
}

function lacks({ data }: Column, row: number): boolean {
  return data[row] === null || Number.isNaN(data[row]);
}

function columnsOf({ columns }: Table, target: TableData['target']): readonly Column[] {
  const names = typeof target === 'string' ? [target] : target;
  return columns.filter(({ name }) => names.includes(name));
}

async function testParts(rows: Table, data: TableData, files: ConfigFiles): Promise<Pick<Tables, 'train' | 'test'>> {
  const { test } = data;
  if (test === undefined) return { train: rows, test: null };
  if (typeof test === 'string')
    return { train: rows, test: knownTargets(await readTableFile(files, test, data), data) };
  return takeTestRows(rows, test, classesOf(data));
}

/** The column whose classes are kept in proportion. */
function classesOf({ task, target }: TableData): string | null {
  return task === 'classification' && typeof target === 'string' ? target : null;
}

/** All parts, as the training rows say. */
function prepared(tables: Tables, data: TableData): LoadedData & { readonly table: TablePreparation } {
  const table = fitted(tables.train, data);
  const { table: file, test } = data;
  const make = (path: string, rows: Table, source: string): LoadedSet => {
    const set = inConfig(path, () => prepareTable(table, rows, { name: fileName(source), source }));
    // One array where there are only numbers, as most networks take it.
    return table.categories.length > 0 ? set : { ...set, x: set.x.numbers };
  };
  return {
    train: make('data', tables.train, file),
    validation: tables.validation === null ? null : make('data', tables.validation, file),
    test: tables.test === null ? null : make('data.test', tables.test, typeof test === 'string' ? test : file),
    table,
    isSplit: true,
  };
}

function fitted(train: Table, data: TableData): TablePreparation {
  const { target, task, features, categories, minCount, missing, unknown, separator } = data;
  const { standardize = true, standardizeTarget = false } = data;
  const found = inConfig('data', () =>
    fitTable(train, {
      ...{ target, task },
      ...(features !== undefined && { features }),
      ...(categories !== undefined && { categories }),
      ...(minCount !== undefined && { minCount }),
      ...(missing !== undefined && { missing }),
      ...(unknown !== undefined && { unknown }),
      ...(separator !== undefined && { separator }),
    }),
  );
  // (value − 0) / 1 is the value.
  const asIs = <C extends object>(columns: readonly C[]): readonly (C & { readonly mean: 0; readonly std: 1 })[] =>
    columns.map((column) => ({ ...column, mean: 0, std: 1 }));
  return {
    ...found,
    ...(!standardize && { numbers: asIs(found.numbers) }),
    ...(found.target.kind === 'numbers' &&
      !standardizeTarget && { target: { ...found.target, columns: asIs(found.target.columns) } }),
  };
}

/** What one has to know to write the network. */
function notesOf(preparation: TablePreparation, { target, standardizeTarget }: TableData): readonly string[] {
  const targets = typeof target === 'string' ? target : target.join(', ');
  const labels = labelsOf(preparation);
  const names = preparation.categories.map(({ name }) => name).join(', ');
  const embeddings = JSON.stringify(['categoryEmbeddings', embeddingSizes(preparation)]);
  return [
    ...(labels === null
      ? []
      : [
          `${labels.length} labels, an output for each: ${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}`,
        ]),
    ...(names === '' ? [] : [`categories ${names}: ${embeddings} takes them`]),
    ...(standardizeTarget === true
      ? [`${targets} is standardised: losses and metrics are in its standard deviations, the report in its units`]
      : []),
  ];
}

/** Those of several labels a row. */
function labelsOf({ target }: TablePreparation): readonly string[] | null {
  if (target.kind === 'texts') return target.labels;
  return target.kind === 'columns' ? target.columns : null;
}
