import { buildLoss, type FileData, type PreparedFiles, prepareFiles } from '@descent/cli/config';
import type { Experiment } from '../state/experiment.ts';
import type { KeptFile } from './kept-values.ts';

/** What preparing data in files depends on besides the files. */
export type FilesOptions = Pick<Experiment, 'validation' | 'seed' | 'loss'>;

/** The data of files as `descent train` prepares them of the same config. */
export function ownFiles(
  files: readonly KeptFile[],
  data: FileData,
  { validation, seed, loss }: FilesOptions,
): Promise<PreparedFiles> {
  const given = new Map(files.map(({ path, file }) => [path, file]));
  const ignoreIndex = loss === undefined ? undefined : buildLoss(loss).ignoreIndex;
  return prepareFiles(data, given, { validation, seed, ignoreIndex });
}
