import { boxesData } from './boxes-data.ts';
import { corpusData } from './corpus-data.ts';
import { csvData } from './csv-data.ts';
import type { DataSource } from './data.ts';
import type { FileData } from './define-config.ts';
import type { ConfigFiles } from './files.ts';
import { imagesData } from './images-data.ts';
import { labelledImagesData } from './labelled-images-data.ts';
import { masksData } from './masks-data.ts';
import { npzData } from './npz-data.ts';
import { seriesData } from './series-data.ts';
import { tableData } from './table-data.ts';
import { imdbData, textsData } from './texts-data.ts';

/** Data in files of the user. `ignored` is the label that the loss leaves out. */
export async function fileData(data: FileData, files: ConfigFiles, ignored: number | undefined): Promise<DataSource> {
  if ('csv' in data) return csvData(data, files);
  if ('table' in data) return tableData(data, files);
  if ('series' in data) return seriesData(data, files);
  if ('texts' in data) return textsData(data, files);
  if ('imdb' in data) return imdbData(data, files);
  if ('corpus' in data) return corpusData(data, files);
  if ('npz' in data) return npzData(data, files, ignored);
  if ('masks' in data) return masksData(data, files);
  if ('boxes' in data) return boxesData(data, files);
  return 'labels' in data ? labelledImagesData(data, files) : imagesData(data, files);
}
