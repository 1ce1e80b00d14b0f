import { boxesData } from './boxes-data.ts';
import { corpusData } from './corpus-data.ts';
import { csvData } from './csv-data.ts';
import type { DataSource } from './data.ts';
import type { FileData } from './define-config.ts';
import { imagesData } from './images-data.ts';
import { labelledImagesData } from './labelled-images-data.ts';
import { masksData } from './masks-data.ts';
import { npzData } from './npz-data.ts';
import { seriesData } from './series-data.ts';
import { tableData } from './table-data.ts';
import { imdbData, textsData } from './texts-data.ts';

/** Data in files of the user. `ignored` is the label that the loss leaves out. */
export async function fileData(data: FileData, cwd: string, ignored: number | undefined): Promise<DataSource> {
  if ('csv' in data) return csvData(data, cwd);
  if ('table' in data) return tableData(data, cwd);
  if ('series' in data) return seriesData(data, cwd);
  if ('texts' in data) return textsData(data, cwd);
  if ('imdb' in data) return imdbData(data, cwd);
  if ('corpus' in data) return corpusData(data, cwd);
  if ('npz' in data) return npzData(data, cwd, ignored);
  if ('masks' in data) return masksData(data, cwd);
  if ('boxes' in data) return boxesData(data, cwd);
  return 'labels' in data ? labelledImagesData(data, cwd) : imagesData(data, cwd);
}
