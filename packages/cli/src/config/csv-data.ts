import { type ArrayDataset, DataFormatError, subset, type Table, tableDataset } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DataSource } from './data.ts';
import type { CsvData } from './define-config.ts';
import { asColumn, sampleOf, takeTest } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { joinTables } from './join-tables.ts';
import { readCsvFile } from './table-file.ts';

/** Rows of a table with a class or a number each. */
type Rows = ArrayDataset<'float32' | 'int32'>;

/** A CSV or TSV file. It is read at once: how many features there are stands in it. */
export async function csvData({ csv, test, ...options }: CsvData, files: ConfigFiles): Promise<DataSource> {
  const { delimiter, comment, header, decimal, thousands, types, missingTexts, ...table } = options;
  const make = (rows: Table): Rows =>
    asColumn(
      tableDataset<'classification' | 'regression'>(rows, {
        ...table,
        // Of numbers it is asked below, in the words of a config; of texts that look like numbers, there.
        ...(table.task === undefined && !isText(rows, options.target) && { task: 'classification' }),
        name: fileName(csv),
        source: csv,
      }),
    );
  const rows = await readCsvFile(files, csv, options);
  const whole = make(rows);
  if (options.task === undefined) expectClasses(whole, rows, options.target, csv);
  const parts = async (): Promise<{ readonly train: Rows; readonly test: Rows | null }> => {
    if (test === undefined) return { train: whole, test: null };
    if (typeof test !== 'string') return takeTest(whole, test);
    const testFile = files.nameOf(test);
    // As one table, so that classes and columns of values have the same numbers in both.
    return cut(
      make(joinTables(rows, await readCsvFile(files, test, options), options.target, options.features)),
      whole.length,
      testFile,
    );
  };
  const { train, test: heldOut } = await parts();
  return {
    name: fileName(csv),
    sample: sampleOf(train),
    task: options.task ?? 'classification',
    load: async () => ({ train, validation: null, test: heldOut }),
  };
}

/** Classes of one or two rows each are none: they are numbers to predict, or names of the rows. */
function expectClasses({ classes, length }: Rows, table: Table, target: string, file: string): void {
  if (classes.length <= 20 || classes.length * 4 <= length) return;
  const ofTexts = isText(table, target);
  throw new UsageError(`it is not clear what the column ${JSON.stringify(target)} holds`, {
    path: 'data.task',
    received: `${classes.length} different ${ofTexts ? 'texts' : 'numbers'} in ${length} rows of ${fileName(file)}`,
    expected: ofTexts ? 'several rows for each class' : 'classes, with several rows for each, or numbers to predict',
    fix: ofTexts
      ? "name another column as target; task: 'classification' if these are classes"
      : "say task: 'regression' to predict the numbers, or task: 'classification' if these are classes",
  });
}

function isText({ columns }: Table, name: string): boolean {
  return columns.find((column) => column.name === name)?.type === 'string';
}

/** The first `length` items, and the others. Throws when the others have a class that the first lack. */
function cut(joined: Rows, length: number, testFile: string): { readonly train: Rows; readonly test: Rows } {
  const range = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const train = subset(joined, range(0, length));
  const test = { ...subset(joined, range(length, joined.length)), name: fileName(testFile), source: testFile };
  const known = new Set<number>(train.y.data);
  const unknown = joined.classes.find((_, label) => !known.has(label));
  if (unknown === undefined) return { train, test };
  throw new DataFormatError('the test data have a class that the training data lack', {
    file: testFile,
    received: unknown,
    expected: joined.classes.filter((_, label) => known.has(label)).join(', '),
    fix: 'check the file; or join both files, and take the test data out with test: 0.2',
  });
}
