import type { OwnData } from '../session/protocol.ts';
import type { CsvData, FilesData, ImagesData, TextsData } from '../state/experiment.ts';
import type { CsvFormat } from './csv-format.ts';
import type { KeptFile } from './kept-values.ts';
import type { FilesOptions } from './prepare-own-files.ts';
import type { TableFacts } from './table-facts.ts';

/** A picture with its path below the folder of all. */
export interface PictureFile {
  readonly path: string;
  readonly source: Blob;
}

/** What takes long is done in a worker, so that the page stays alive. All throw `ProblemError`. */
export interface DataWorkerApi {
  /** A picture as it is kept: a PNG file. */
  shrink(file: Blob): Promise<Blob>;
  facts(file: Blob, name: string, format: CsvFormat): Promise<TableFacts>;
  table(file: Blob, choice: CsvData): Promise<OwnData>;
  texts(file: Blob, choice: TextsData): Promise<OwnData>;
  pictures(entries: readonly PictureFile[], choice: ImagesData): Promise<OwnData>;
  files(files: readonly KeptFile[], choice: FilesData, options: FilesOptions): Promise<OwnData>;
  /** A zip archive of them. */
  pack(entries: readonly PictureFile[]): Promise<Uint8Array>;
  /** The pictures of an archive, by their paths in it, and the number of its other files but for hidden ones. */
  unpack(file: Blob, name: string): Promise<{ readonly pictures: readonly PictureFile[]; readonly others: number }>;
}
