import { csvData } from './csv-data.ts';
import type { DataSource } from './data.ts';
import type { CsvData, ImagesData, NpzData } from './define-config.ts';
import { imagesData } from './images-data.ts';
import { npzData } from './npz-data.ts';

/** Data in files of the user. `ignored` is the label that the loss leaves out. */
export async function fileData(
  data: CsvData | ImagesData | NpzData,
  cwd: string,
  ignored: number | undefined,
): Promise<DataSource> {
  if ('csv' in data) return csvData(data, cwd);
  return 'npz' in data ? npzData(data, cwd, ignored) : imagesData(data, cwd);
}
