import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';

/**
 * Writes a file that is there whole or not at all, whatever happens meanwhile: the bytes go to a file beside it, reach the disk, and the
 * file is moved to its place.
 * @throws DescentError naming the file and what to do, such as when the disk is full; what was there before is as it was.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // On a file system that refuses everything, removing fails as well: the first error is the one to report.
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError('the file cannot be written', path, error);
  }
  await syncFolder(dirname(path));
}

/** Makes the move itself survive a power cut. Some systems cannot open folders; there the file system has to do. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Not possible here, such as on Windows.
  }
}
