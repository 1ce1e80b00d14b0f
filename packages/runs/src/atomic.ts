import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';

/**
 * Writes a file that is there whole or not at all, whatever happens meanwhile: the bytes go to a file beside it, reach the disk, and the
 * file is moved to its place. What a link names is replaced, not the link; a device or a pipe, such as `/dev/null`, is written to and stays what it is.
 * @throws DescentError naming the file and what to do, such as when the disk is full; what was there before is as it was.
 */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const place = await realpath(path).catch(() => path);
  const temporary = `${place}.${process.pid}.tmp`;
  try {
    if (await isSpecial(place)) {
      await writeFile(place, bytes);
      return;
    }
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (error) {
    // On a file system that refuses everything, removing fails as well: the first error is the one to report.
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError('the file cannot be written', path, error);
  }
  await syncFolder(dirname(place));
}

/** Whether something is there that is neither a file nor a folder: moving a file to its place would remove it. */
async function isSpecial(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
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
