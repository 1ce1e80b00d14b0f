import { type NDArray, ndarray } from '@descent/core';
import { type DatasetOf, type Table, takeRows } from '@descent/datasets';
import type { HeldBack } from './data.ts';
import type { Share } from './define-config.ts';
import { takeTest } from './examples.ts';
import { splitValidation } from './split-validation.ts';

/** Takes a share of the rows of a table out to test on; `classes` is the column whose classes are kept in proportion. */
export function takeTestRows(
  rows: Table,
  test: number | Share,
  classes: string | null,
): { readonly train: Table; readonly test: Table } {
  const taken = takeTest(rowNumbers(rows, classes), test);
  return { train: takeRows(rows, taken.train.x.data), test: takeRows(rows, taken.test.x.data) };
}

/** The same of training rows for validation. */
export function takeValidationRows(
  rows: Table,
  { share, seed }: HeldBack,
  classes: string | null,
): { readonly train: Table; readonly validation: Table } {
  const { train, validation } = splitValidation(rowNumbers(rows, classes), share, seed);
  return { train: takeRows(rows, train.x.data), validation: takeRows(rows, validation.x.data) };
}

/** The numbers of the rows with their classes, so that a table is split as all data are. */
function rowNumbers(
  { name, length, columns }: Table,
  classes: string | null,
): DatasetOf<NDArray<'int32'>, NDArray<'int32'>> {
  const column = columns.find((one) => one.name === classes);
  const texts = column === undefined ? [] : Array.from(column.data, String);
  const index = new Map([...new Set(texts)].sort().map((text, i) => [text, i]));
  const numbers = (at: (row: number) => number): NDArray<'int32'> =>
    ndarray(
      'int32',
      [length],
      Int32Array.from({ length }, (_, row) => at(row)),
    );
  return {
    ...{ name, length, classes: [...index.keys()], licence: 'unknown', source: name, citation: '' },
    x: numbers((row) => row),
    y: numbers((row) => index.get(texts[row] as string) ?? 0),
  };
}
