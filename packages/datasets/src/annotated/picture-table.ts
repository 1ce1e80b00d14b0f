import { type NDArray, ValueError } from '@descent/core';
import type { DatasetOf } from '../dataset.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import type { ImageEntries, ImageEntry } from '../sources/image-entries.ts';
import { expectRoom, severalAtOnce } from '../sources/several-at-once.ts';
import type { Table } from '../sources/table.ts';
import { expectRows, expectTable, findColumn } from '../sources/table-columns.ts';
import { completeRows } from '../tables/complete-rows.ts';
import type { PreparedTarget } from '../tables/preparation.ts';
import { fitTarget, prepareTarget, type TableTask, targetColumns } from '../tables/target.ts';
import {
  type AnnotatedOptions,
  annotatedSettings,
  nameOf,
  openPicture,
  picturesIn,
  preprocessingFor,
  rootOf,
} from './pictures.ts';

export interface PictureTableOptions extends AnnotatedOptions {
  /** The column with the path of each picture in its folder. Default `file`. */
  readonly file?: string;
  /** The column to predict; several for numbers and for labels with a column each. */
  readonly target: string | readonly string[];
  /** As `fitTable` has it. Default `classification`. Numbers stay as they are. */
  readonly task?: TableTask;
  /** The text between labels of `multi-label` in one column, such as `;`. */
  readonly separator?: string;
}

const OPTIONS = ['file', 'target', 'task', 'separator'];

/**
 * Reads pictures that the rows of a table name, with what stands beside them to predict: `x` uint8 `[n, channels, height, width]`, `y` a class int32 `[n]`,
 * numbers float32 `[n, columns]`, or for each label 0 or 1, float32 `[n, labels]`. `classes` are those of other data, such as the training data, so that
 * these have the same numbers. Pictures without a row are left out.
 * @throws DataFileError for a picture that is not there and for limits; DataFormatError for a missing or unknown value; ValueError for a column or an option.
 */
export async function pictureTable(
  pictures: string | ImageEntries,
  table: Table,
  options: PictureTableOptions,
): Promise<DatasetOf<NDArray<'uint8'>, NDArray>> {
  expectTable('pictureTable', table);
  const settings = annotatedSettings('pictureTable', options, OPTIONS);
  expectRows(table);
  const { file = 'file', target: given, task = 'classification', separator } = options;
  const names = typeof given === 'string' ? [given] : given;
  const files = findColumn('pictureTable', table, file);
  const targets = names.map((name) => findColumn('pictureTable', table, name));
  const rows = completeRows(table, [files], targets, 'error');
  const fitted = fitTarget(table, rows, names, { task, ...(separator !== undefined && { separator }) });
  const target = withClasses(asIs(fitted), settings.classes, table.name);
  const entries = await named(
    pictures,
    Array.from(rows, (row) => String(files.data[row])),
    table.name,
  );
  const preprocessing = await preprocessingFor(rootOf(pictures), entries, settings);
  const { width, height, channels } = preprocessing;
  const size = channels * height * width;
  expectRoom(rootOf(pictures), entries.length, size, settings.limit);
  const x = new Uint8Array(entries.length * size);
  await severalAtOnce(entries, settings, async (entry, index) => {
    x.set((await openPicture(entry, preprocessing, settings)).data, index * size);
  });
  return {
    name: rootOf(pictures),
    length: entries.length,
    classes: classesOf(target),
    x: { dtype: 'uint8', shape: [entries.length, channels, height, width], data: x },
    y: prepareTarget('pictureTable', table, rows, target),
    pictures: preprocessing,
    licence: 'unknown',
    source: table.name,
    citation: '',
  };
}

function classesOf(target: PreparedTarget): readonly string[] {
  if (target.kind === 'classes') return target.classes;
  if (target.kind === 'texts') return target.labels;
  return target.kind === 'columns' ? target.columns : [];
}

/** (value − 0) / 1 is the value: what numbers are standardised by would have to be kept for these pictures. */
function asIs(target: PreparedTarget): PreparedTarget {
  if (target.kind !== 'numbers') return target;
  return { ...target, columns: target.columns.map((column) => ({ ...column, mean: 0, std: 1 })) };
}

/** The target with the classes of other data. A value that is none of them is refused where targets are made. */
function withClasses(target: PreparedTarget, classes: readonly string[] | undefined, file: string): PreparedTarget {
  if (classes === undefined) return target;
  if (target.kind === 'classes') return { ...target, classes };
  if (target.kind === 'texts') return { ...target, labels: classes };
  if (target.kind === 'columns' && String(target.columns) === String(classes)) return target;
  throw new ValueError('pictureTable: classes are not those of the target', {
    received: classes.slice(0, 20).join(', '),
    expected: `none, for ${targetColumns(target).join(', ')} of ${file}`,
  });
}

/** The pictures of these paths. Only what lies in the folder is opened, whatever the table says. */
async function named(
  given: string | ImageEntries,
  paths: readonly string[],
  table: string,
): Promise<readonly ImageEntry[]> {
  const found = new Map((await picturesIn('pictureTable', given)).map((entry) => [entry.path, entry]));
  return paths.map((path, row) => {
    const entry = found.get(path.replace(/^\.\//, ''));
    if (entry !== undefined) return entry;
    if (path.trim() === '')
      throw new DataFormatError('a row names no picture', { file: table, received: `row ${row}, counted from 0` });
    const [first] = found.keys();
    throw new DataFileError('a picture is not there', {
      file: `${rootOf(given)}/${path}`,
      received: `${found.size} others${first === undefined ? '' : `, such as ${nameOf(found.get(first) as ImageEntry)}`}; row ${row} of ${table} names it`,
      expected: 'a PNG, JPEG or WebP file at this path of the folder',
    });
  });
}
