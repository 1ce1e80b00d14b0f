import { csvData } from './csv-data.ts';
import type { DataSource } from './data.ts';
import type { CsvData, ImagesData, NpzData } from './define-config.ts';
import { imagesData } from './images-data.ts';
import { npzData } from './npz-data.ts';

/** Data in files of the user. */
export async function fileData(data: CsvData | ImagesData | NpzData, cwd: string): Promise<DataSource> {
  if ('csv' in data) return csvData(data, cwd);
  return 'npz' in data ? npzData(data, cwd) : imagesData(data, cwd);
}
