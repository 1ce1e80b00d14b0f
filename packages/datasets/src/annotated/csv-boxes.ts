import { expectOptions, ValueError } from '@descent/core';
import { DataFormatError } from '../errors.ts';
import { type CsvRow, csvRows } from '../sources/csv.ts';
import type { CsvOptions } from '../sources/csv-options.ts';
import { byCodeUnits } from '../sources/image-entries.ts';
import { type DataSource, sourceName } from '../sources/source.ts';
import { parseNumber } from '../sources/table.ts';
import { type BoxList, expectBox, type PictureBox } from './box-list.ts';

export interface CsvBoxesOptions extends Pick<CsvOptions, 'delimiter' | 'comment' | 'limit'> {
  /** The names of the columns, in order, where the first row is not a header with `file`, `x`, `y`, `w`, `h` and `label`. */
  readonly header?: readonly string[];
  /** The names of the classes, in the order of their numbers. Default: the labels of the file, sorted. */
  readonly classes?: readonly string[];
}

const COLUMNS = ['file', 'x', 'y', 'w', 'h', 'label'] as const;

/**
 * Reads boxes from a CSV file with the columns `file, x, y, w, h, label` in any order, one box a row; others are left out. A row of a file alone is a picture
 * without boxes.
 * @throws DataFormatError with the line for a missing column, a number that is none, a box of no size, a label that is none of `classes`; as `csvRows` does.
 */
export async function readCsvBoxes(source: DataSource, options: CsvBoxesOptions = {}): Promise<BoxList> {
  expectOptions('readCsvBoxes', options, ['delimiter', 'comment', 'limit', 'header', 'classes']);
  const { header, classes: given, ...csv } = options;
  for (const [option, names] of Object.entries({ header, classes: given })) {
    const isNames = names === undefined || (Array.isArray(names) && names.every((one) => typeof one === 'string'));
    if (!isNames) throw new ValueError(`readCsvBoxes: ${option} lists names`, { expected: "such as ['a', 'b']" });
  }
  const name = sourceName(source, 'CSV data');
  const pictures = new Map<string, (Omit<PictureBox, 'label'> & { readonly label: string })[]>();
  const known = given === undefined ? undefined : new Set(given);
  let columns = header === undefined ? undefined : columnsOf(header, name, 1);
  for await (const row of csvRows(source, csv)) {
    if (columns === undefined) {
      columns = columnsOf(row.fields, name, row.line);
      continue;
    }
    const { file, ...box } = boxOf(row, columns, name);
    const boxes = pictures.get(file) ?? [];
    pictures.set(file, boxes);
    if (box.label === '') continue;
    if (known?.has(box.label) === false) {
      throw new DataFormatError('a box is of a class that is not named', {
        file: name,
        line: row.line,
        received: JSON.stringify(box.label.slice(0, 100)),
        expected: (given ?? []).slice(0, 20).join(', '),
      });
    }
    expectBox({ ...box, label: 0 }, name, file);
    boxes.push(box);
  }
  const classes = given ?? [...new Set([...pictures.values()].flat().map(({ label }) => label))].sort(byCodeUnits);
  const numbers = new Map(classes.map((label, i) => [label, i]));
  return {
    name,
    classes,
    pictures: [...pictures].map(([file, boxes]) => ({
      file,
      boxes: boxes.map((box) => ({ ...box, label: numbers.get(box.label) as number })),
    })),
  };
}

type Columns = Readonly<Record<(typeof COLUMNS)[number], number>>;

function columnsOf(names: readonly string[], name: string, line: number): Columns {
  const missing = COLUMNS.filter((column) => names.filter((one) => one === column).length !== 1);
  if (missing.length === 0) {
    return Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Columns;
  }
  throw new DataFormatError('the columns of boxes are not there, or there twice', {
    file: name,
    line,
    received: names.slice(0, 20).join(', '),
    expected: COLUMNS.join(', '),
    fix: `name the columns: header: ['${COLUMNS.join("', '")}'], in the order of the file`,
  });
}

function boxOf(
  { line, fields }: CsvRow,
  columns: Columns,
  name: string,
): Omit<PictureBox, 'label'> & { readonly file: string; readonly label: string } {
  const text = (column: keyof Columns): string => fields[columns[column]] ?? '';
  const refuse = (received: string, expected: string): DataFormatError =>
    new DataFormatError('the row is no box', { file: name, line, received, expected });
  const [file, label] = [text('file'), text('label')];
  if (file === '') throw refuse('no file', 'the path of a picture');
  const at = `line ${line}`;
  const numbers = (['x', 'y', 'w', 'h'] as const).map((column) => [column, text(column)] as const);
  if (label === '' && numbers.every(([, value]) => value === '')) {
    return { file, label, at, x: 0, y: 0, width: 0, height: 0 };
  }
  if (label === '') throw refuse('no label', 'the name of a class; nothing but a file for a picture without boxes');
  const [x, y, width, height] = numbers.map(([column, value]) => {
    const number = parseNumber(value);
    if (number === undefined) throw refuse(`${column} ${JSON.stringify(value.slice(0, 100))}`, 'a number of pixels');
    return number;
  }) as [number, number, number, number];
  return { file, label, at, x, y, width, height };
}
