import { fitWindows, splitInTime, type Table, type WindowPreparation, windows } from '@descent/datasets';
import type { DataSource, HeldBack, LoadedData, LoadedSet } from './data.ts';
import type { SeriesData } from './define-config.ts';
import { sampleOf } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { inConfig } from './in-config.ts';
import { readTableFile } from './table-file.ts';

/**
 * Rows in the order of time as windows, standardised by what the training rows say. They are read at once: their columns stand in them. What is held out are
 * the last rows, since the future is what such a network is asked about.
 */
export async function seriesData(data: SeriesData, files: ConfigFiles): Promise<DataSource> {
  const { series, test, horizon = 1, target, length } = data;
  const rows = await readTableFile(files, series, data);
  const [known, later] = await heldOut(rows, data, files);
  const load = (heldBack?: HeldBack): LoadedData => {
    const [first, last] =
      heldBack === undefined ? [known, null] : splitInTime(known, [1 - heldBack.share, heldBack.share]);
    const preparation = inConfig('data', () => fitWindows(first as Table, optionsOf(data)));
    const make = (path: string, table: Table, source: string): LoadedSet =>
      inConfig(path, () => ({ ...windows(preparation, table), name: fileName(series), source }));
    return {
      train: make('data', first as Table, series),
      validation: last === null ? null : make('validation', last as Table, series),
      test: later === null ? null : make('data.test', later, typeof test === 'string' ? test : series),
      windows: preparation,
      isSplit: true,
    };
  };
  const whole = load();
  return {
    name: fileName(series),
    sample: sampleOf(whole.train),
    task: 'regression',
    notes: notesOf(whole.windows as WindowPreparation, { length, horizon, target }),
    load: async (_, heldBack) => (heldBack === undefined ? whole : load(heldBack)),
  };
}

async function heldOut(
  rows: Table,
  { test, ...data }: SeriesData,
  files: ConfigFiles,
): Promise<readonly [train: Table, test: Table | null]> {
  if (test === undefined) return [rows, null];
  if (typeof test === 'string') return [rows, await readTableFile(files, test, data)];
  return inConfig('data.test', () => splitInTime(rows, [1 - test, test])) as [Table, Table];
}

function optionsOf(data: SeriesData): Parameters<typeof fitWindows>[1] {
  const { length, target, horizon, stride, features, time, missing } = data;
  return {
    ...{ length, target },
    ...(horizon !== undefined && { horizon }),
    ...(stride !== undefined && { stride }),
    ...(features !== undefined && { features }),
    ...(time !== undefined && { time }),
    ...(missing !== undefined && { missing }),
  };
}

/** What one has to know to write the network. */
function notesOf(
  { features, target }: WindowPreparation,
  { length, horizon }: { readonly length: number; readonly horizon: number; readonly target: SeriesData['target'] },
): readonly string[] {
  const columns = target.columns.map(({ name }) => name);
  const shape = target.axis ? `[${horizon}, ${columns.length}]` : `[${horizon}]`;
  return [
    `windows of ${length} rows of ${features.map(({ name }) => name).join(', ')}, from which ${shape} of ${columns.join(', ')} are predicted`,
    `${columns.join(', ')} ${columns.length === 1 ? 'is' : 'are'} standardised: losses and metrics are in standard deviations of the training rows`,
  ];
}
