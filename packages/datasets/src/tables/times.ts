import { DataFormatError } from '../errors.ts';
import type { Column } from '../sources/table.ts';
import { lacks } from './columns.ts';

/** A date, or a date and a time, as ISO 8601 writes them. */
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * When each row is: the numbers of a column, or its dates in milliseconds since 1970; without a zone they are taken for UTC.
 * @throws DataFormatError when a row has no time, or one that is not after that of the row before.
 */
export function timesOf(column: Column, file: string): Float64Array {
  const times = Float64Array.from({ length: column.data.length }, (_, row) => timeAt(column, row));
  const odd = times.findIndex(
    (time, row) => !Number.isFinite(time) || (row > 0 && !(time > (times[row - 1] as number))),
  );
  if (odd < 0) return times;
  const isTime = Number.isFinite(times[odd]);
  throw new DataFormatError(isTime ? 'the rows are not in the order of time' : 'a row has no time', {
    file,
    received: `${JSON.stringify(column.data[odd])} in column ${JSON.stringify(column.name)} of row ${odd}${isTime ? ` behind ${JSON.stringify(column.data[odd - 1])}` : ''}, counted from 0 without the header`,
    expected: 'numbers, or dates such as 2024-05-31 or 2024-05-31T18:00:00Z, each later than the one before',
    fix: isTime ? 'sort the rows by their time, and leave one of each' : 'correct the value or take the row out',
  });
}

function timeAt(column: Column, row: number): number {
  if (lacks(column, row) || column.type === 'boolean') return Number.NaN;
  const value = column.data[row];
  if (typeof value === 'number') return value;
  const text = String(value);
  const found = ISO.exec(text);
  if (found === null) return Number.NaN;
  const isDay = text.length === 10;
  return Date.parse(isDay || found[1] !== undefined ? text : `${text.replace(' ', 'T')}Z`);
}

/** The step that is in the middle of all. */
export function medianStep(times: Float64Array): number {
  const steps = times.slice(1).map((time, i) => time - (times[i] as number));
  return steps.sort()[Math.floor(steps.length / 2)] ?? 1;
}

/** Whether between a row and the one before there is more or less than about one step: one and a half, or a half. Months are steps. */
export function isGap(times: Float64Array, row: number, step: number): boolean {
  const own = (times[row] as number) - (times[row - 1] as number);
  return own > 1.5 * step || own < 0.5 * step;
}
