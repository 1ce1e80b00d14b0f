import { DescentError } from '@descent/core';
import { csvRows, readCsv, type Table, tableDataset } from '@descent/datasets';
import type { OwnArrays } from '../session/protocol.ts';
import type { CsvData } from '../state/experiment.ts';
import type { CsvFormat } from './csv-format.ts';
import { TABLE_LIMITS } from './limits.ts';
import { inParts } from './parts.ts';
import { type TableFacts, tableFacts } from './table-facts.ts';

/** What a file holds. Throws what `readCsv` throws, and a DescentError for a table without rows. */
export async function factsOf(file: Blob, name: string, format: CsvFormat): Promise<TableFacts> {
  const options = { ...TABLE_LIMITS, ...format, name };
  const table = await readCsv(file, options);
  if (table.length === 0) {
    throw new DescentError('the table has no rows', {
      path: name,
      received: `${table.columns.length} columns and no rows`,
      expected: 'a first row of names, and rows of values',
    });
  }
  const rows: (readonly string[])[] = [];
  for await (const { fields } of csvRows(file, options)) if (rows.push(fields) > 8) break;
  return tableFacts(table, rows.slice(1));
}

/** The samples of a table, as `descent train` makes them of the same config. */
export async function ownTable(file: Blob, choice: CsvData): Promise<OwnArrays> {
  const { csv, target, task = 'classification', test, features, oneHot, missing, delimiter, decimal } = choice;
  const table: Table = await readCsv(file, {
    ...TABLE_LIMITS,
    name: csv,
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
  });
  const all = tableDataset<'classification' | 'regression'>(table, {
    ...{ target, task, name: csv },
    ...(features !== undefined && { features }),
    ...(oneHot !== undefined && { oneHot }),
    ...(missing !== undefined && { missing }),
  });
  // Numbers to predict are a column, as `linear(…, 1)` gives them.
  const y = task === 'regression' ? { ...all.y, shape: [all.length, 1] } : all.y;
  return { ...inParts({ ...all, y }, test), features: all.features ?? [] };
}
