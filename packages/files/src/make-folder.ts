import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { codeOf, type FileSystem, nodeFileSystem, systemError } from './file-system.ts';

export interface FolderOptions {
  /** What the error says first. Default: `the folder cannot be made`. */
  readonly summary?: string;
  /** Seam of the tests. */
  readonly fs?: Pick<FileSystem, 'mkdir' | 'stat'>;
}

/**
 * Makes a folder and those above it; one that is there is left as it is. Not by the option `recursive` of Node, which does not end where the system says of
 * a folder that it can neither be made nor is there, as in `/proc`, and which tells of a folder above that cannot be made only that it is not there.
 * @throws FileError with the true reason, such as a read-only disk.
 */
export async function makeFolder(path: string, options: FolderOptions = {}): Promise<void> {
  const { summary = 'the folder cannot be made', fs = nodeFileSystem } = options;
  await made(path, fs).catch((cause: unknown) => {
    throw fileError(summary, path, cause);
  });
}

async function made(path: string, fs: Pick<FileSystem, 'mkdir' | 'stat'>): Promise<void> {
  if (await madeOne(path, fs)) return;
  const above = dirname(path);
  if (above !== path) await made(above, fs);
  if (!(await madeOne(path, fs))) throw systemError('ENOENT', path);
}

/** Whether the folder is there now; false when the one above it is not. */
async function madeOne(path: string, fs: Pick<FileSystem, 'mkdir' | 'stat'>): Promise<boolean> {
  try {
    await fs.mkdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    // Systems refuse to make the root, a drive or a read-only folder with other codes than that of what is there.
    if (
      await fs.stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
    )
      return true;
    throw error;
  }
}

/** `makeFolder` for code that cannot wait. */
export function makeFolderSync(path: string): void {
  try {
    madeSync(path);
  } catch (cause) {
    throw fileError('the folder cannot be made', path, cause);
  }
}

function madeSync(path: string): void {
  if (madeOneSync(path)) return;
  const above = dirname(path);
  if (above !== path) madeSync(above);
  if (!madeOneSync(path)) throw systemError('ENOENT', path);
}

function madeOneSync(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return true;
    throw error;
  }
}
