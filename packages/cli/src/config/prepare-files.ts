import type { LoadedSet } from './data.ts';
import type { FileData } from './define-config.ts';
import { fileData } from './file-data.ts';
import { givenFiles } from './files.ts';
import type { DataTask } from './loss.ts';
import { type Preparation, preparationOf } from './preparation.ts';
import { splitValidation } from './split-validation.ts';

export interface PrepareFilesOptions {
  /** The share of the training data to hold out. Default: none. */
  readonly validation?: number | undefined;
  /** Which are held out, default 0. */
  readonly seed?: number;
  /** The label that the loss leaves out. Default: none. */
  readonly ignoreIndex?: number | undefined;
}

/** Data in files as training takes them. */
export interface PreparedFiles extends Preparation, DataTask {
  readonly train: LoadedSet;
  readonly validation: LoadedSet | null;
  readonly test: LoadedSet | null;
  /** What one has to know to write the network. */
  readonly notes: readonly string[];
  /** Lengths that batches of sequences are cut to. */
  readonly buckets?: readonly number[];
}

/**
 * The data of a config from files that the user gave, by their paths in the config (those of a folder behind its path), as `descent train` prepares them: the
 * same items, split in the same way.
 * @throws UsageError for what the config says wrongly, DataFileError for a file that is not among them or cannot be read, and what readers throw.
 */
export async function prepareFiles(
  data: FileData,
  given: ReadonlyMap<string, Blob>,
  { validation, seed = 0, ignoreIndex }: PrepareFilesOptions = {},
): Promise<PreparedFiles> {
  const { load, name, task, targets, notes = [], buckets } = await fileData(data, givenFiles(given), ignoreIndex);
  const found = await load({}, validation === undefined ? undefined : { share: validation, seed });
  const isSplit = validation === undefined || found.isSplit === true;
  const {
    train,
    validation: heldBack,
    test,
  } = isSplit ? found : { ...found, ...splitValidation(found.train, validation, seed) };
  return {
    ...{ name, task, notes, train, test },
    validation: heldBack,
    ...(targets !== undefined && { targets }),
    ...(buckets !== undefined && { buckets }),
    ...preparationOf(found),
  };
}
