import { randomInt } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { fileError } from './file-error.ts';
import { type FileSystem, nodeFileSystem, systemError } from './file-system.ts';
import { kindOf, placeOf } from './place.ts';

export interface WriteOptions {
  /** What the error says first. Default: `the file cannot be written`. */
  readonly summary?: string;
  /** Seam of the tests. */
  readonly fs?: WritingFileSystem;
}

export type WritingFileSystem = Pick<
  FileSystem,
  'open' | 'readlink' | 'realpath' | 'rename' | 'rm' | 'stat' | 'writeFile'
>;

/**
 * Writes a file that is there whole or not at all, whatever happens meanwhile: the bytes go to a new file beside it, reach the disk, and that file is moved
 * to its place, with the permissions of the one that it replaces. What a link names is replaced, not the link; a device or a pipe, such as `/dev/null`, is
 * written to and stays what it is.
 * @throws FileError naming the file, the reason and what to do, such as when the disk is full; what was there before is as it was.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array | string,
  options: WriteOptions = {},
): Promise<void> {
  const { summary = 'the file cannot be written', fs = nodeFileSystem } = options;
  try {
    const place = await placeOf(path, fs);
    const kind = await kindOf(place, fs);
    if (kind === 'folder') throw systemError('EISDIR', place);
    if (kind === 'special') await fs.writeFile(place, bytes);
    else await replace(place, bytes, fs);
  } catch (error) {
    throw fileError(summary, path, error);
  }
}

async function replace(place: string, bytes: Uint8Array | string, fs: WritingFileSystem): Promise<void> {
  const mode = await fs.stat(place).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  const temporary = temporaryName(place);
  // Exclusive, so that nothing that lies there, such as a link of somebody else, is written through.
  const file = await fs.open(temporary, 'wx', mode);
  try {
    try {
      // The mask of the process may have taken rights away. Some file systems have none, and refuse.
      if (mode !== undefined) await file.chmod(mode).catch(() => {});
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, place);
    await syncFolder(dirname(place), fs);
  } catch (error) {
    // On a file system that refuses everything, removing fails as well: the first error is the one to report.
    await fs.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** A name for the unfinished file, in the same folder; only the start of a long one, for systems limit the length. */
function temporaryName(place: string): string {
  const start = Array.from(basename(place)).slice(0, 50).join('');
  return join(dirname(place), `${start}.${randomInt(2 ** 47)}.tmp`);
}

const LEFTOVER = /\.\d+\.tmp$/;

/** Removes the unfinished files that killed processes left in a folder. For whoever knows that nobody is writing there. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await nodeFileSystem.readdir(folder).catch(() => []);
  for (const name of names) if (LEFTOVER.test(name)) await nodeFileSystem.rm(join(folder, name), { force: true });
}

/** Makes the move itself survive a power cut. Some systems cannot open folders; there the file system has to do. */
async function syncFolder(path: string, fs: WritingFileSystem): Promise<void> {
  try {
    const folder = await fs.open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Not possible here, such as on Windows.
  }
}
