import { DataFormatError } from '../errors.ts';
import type { Column, Table } from '../sources/table.ts';
import { lacks } from './columns.ts';
import type { MissingValues } from './preparation.ts';

/**
 * The rows that have what they need: all values, or with `fill` those of the targets.
 * @throws DataFormatError when a value is missing that is not filled, and rows are not left out; when no row is left.
 */
export function completeRows(
  table: Table,
  features: readonly Column[],
  targets: readonly Column[],
  missing: MissingValues,
): Int32Array {
  const needed = missing === 'fill' ? targets : [...features, ...targets];
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const lacking = needed.find((column) => lacks(column, row));
    if (lacking === undefined) rows.push(row);
    else if (missing !== 'drop') throw lackingValue(table.name, lacking, row, targets.includes(lacking));
  }
  if (rows.length > 0 || table.length === 0) return Int32Array.from(rows);
  throw new DataFormatError('no row has all its values', {
    file: table.name,
    received: `${table.length} rows, each with a missing value`,
    expected: 'at least one complete row',
    fix: "pass missing: 'fill', or leave columns out with features: [...]",
  });
}

function lackingValue(file: string, { name }: Column, row: number, isTarget: boolean): DataFormatError {
  return new DataFormatError(isTarget ? 'a target is missing' : 'a value is missing', {
    file,
    received: `nothing in column ${JSON.stringify(name)} of row ${row}, counted from 0 without the header`,
    expected: 'a value in each row',
    fix: isTarget
      ? "take such rows out with takeRows, or with missing: 'drop'"
      : "pass missing: 'drop' to fitTable to leave such rows out, or missing: 'fill' for the mean of a number and index 0 of a category",
  });
}
