import { describeValue, expectOptions, type NDArray, ValueError } from '@descent/core';
import { expectArgument, expectList } from '../arguments.ts';
import type { DatasetOf } from '../dataset.ts';
import { DataFormatError } from '../errors.ts';
import { type SequenceArrays, type SequenceOptions, sequenceDataset } from '../sequences/sequence-dataset.ts';
import { type Column, columnOf, type Table } from '../sources/table.ts';
import { expectTable, findColumn } from '../sources/table-columns.ts';
import { tableDataset } from '../sources/table-dataset.ts';
import { lacks } from '../tables/columns.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface TextDatasetOptions<Mask extends boolean = boolean>
  extends Pick<SequenceOptions<Mask>, 'maxLength' | 'truncate' | 'mask' | 'name'> {
  /** The column of texts. */
  readonly text: string;
  /** The column to predict. */
  readonly target: string;
  /** As `tableDataset` has it: `classification` (the default) or `regression`. */
  readonly task?: 'classification' | 'regression';
  readonly tokenizer: Tokenizer;
  /** The values of the target in the order of their class indices, such as those of the training data. Default: those that are there, sorted. */
  readonly classes?: readonly string[];
  /** Rows without text, without a token or without a target are an `error` (the default) or left out (`drop`). */
  readonly missing?: 'error' | 'drop';
}

const OPTIONS = ['text', 'target', 'task', 'tokenizer', 'classes', 'missing', 'maxLength', 'truncate', 'mask', 'name'];

/**
 * The texts of a table, such as `readCsv` and `readJsonLines` give, as padded tokens with a target each: `x.tokens` int32 `[rows, time]`, `x.lengths` and perhaps
 * `x.mask` as `sequenceDataset` has them, `y` as `tableDataset` has it. Short texts are filled up with the tokenizer's token of padding, else with 0.
 * @throws ValueError for a column that is unknown or no text and for texts longer than `maxLength` without `truncate`, DataFormatError for a missing text or target.
 */
export function textDataset<Mask extends boolean = false>(
  table: Table,
  options: TextDatasetOptions<Mask>,
): DatasetOf<SequenceArrays<'tokens', Mask>, NDArray>;
export function textDataset(table: Table, options: TextDatasetOptions): DatasetOf {
  expectTable('textDataset', table);
  expectOptions('textDataset', options, OPTIONS);
  const {
    text,
    target,
    task = 'classification',
    tokenizer,
    missing = 'error',
    name = table.name,
    classes,
    ...lengths
  } = options;
  const isTokenizer = typeof tokenizer?.encode === 'function';
  expectArgument('textDataset: tokenizer', isTokenizer, tokenizer, 'a tokenizer, such as characters(text) makes');
  if (missing !== 'error' && missing !== 'drop')
    throw new ValueError('textDataset: missing has no such setting', {
      received: describeValue(missing),
      expected: "'error' or 'drop'",
    });
  const texts = textsOf(findColumn('textDataset', table, text));
  const targets = findColumn('textDataset', table, target);
  const items: Int32Array[] = [];
  const rows: number[] = [];
  for (const [row, own] of texts.entries()) {
    const tokens = own === null ? new Int32Array() : tokenizer.encode(own);
    const lacking = tokens.length === 0 ? text : lacks(targets, row) ? target : null;
    if (lacking === null) {
      items.push(tokens);
      rows.push(row);
    } else if (missing === 'error') {
      throw new DataFormatError(`a row has no ${lacking === text ? 'text' : 'target'}`, {
        file: table.name,
        received: `row ${row + 1} (counted from 1, without a header), column ${JSON.stringify(lacking)}`,
        fix: "give them one, take them out of the file, or leave them out with missing: 'drop'",
      });
    }
  }
  if (items.length === 0)
    throw new DataFormatError('the table has no row with a text and a target', {
      file: table.name,
      received: `${texts.length} rows`,
    });
  const kept = columnOf(
    target,
    rows.map((row) => targets.data[row]),
  ) as Column;
  const labels = tableDataset(
    { name: table.name, length: rows.length, columns: [kept] },
    { target, task, features: [] },
  );
  const { padding = 0 } = tokenizer;
  const y = classes === undefined ? labels : inClasses(labels, classes, target);
  return sequenceDataset(items, y.y, { ...given(lengths), padding, name, classes: y.classes });
}

/** Labels with their classes in another order, of which some may not be there. */
function inClasses(
  { y, classes: found }: Pick<DatasetOf<NDArray, NDArray>, 'y' | 'classes'>,
  classes: readonly string[],
  target: string,
): { readonly y: NDArray; readonly classes: readonly string[] } {
  expectList('textDataset: classes', classes, "a list of values, such as ['neg', 'pos']");
  const to = found.map((name) => classes.indexOf(name));
  const unknown = found.find((_, i) => (to[i] as number) < 0);
  if (unknown === undefined && found.length > 0)
    return { y: { ...y, data: Int32Array.from(y.data, (label) => to[label] as number) }, classes };
  throw new ValueError(`textDataset: column ${JSON.stringify(target)} has another class`, {
    received: found.length === 0 ? 'numbers to predict' : JSON.stringify(unknown),
    expected: classes.join(', '),
  });
}

/** Options without those that are undefined. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function textsOf(column: Column): readonly (string | null)[] {
  if (column.type === 'string') return column.data;
  throw new ValueError(`textDataset: column ${JSON.stringify(column.name)} holds no text`, {
    received: column.type,
    expected: 'string',
    fix: `where its texts look like numbers, read them as text: readCsv(path, { types: { ${JSON.stringify(column.name)}: 'string' } })`,
  });
}
