import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';

/** Makes a folder and those above it. Throws a DescentError with that summary and the true reason, such as a read-only disk. */
export async function makeFolder(path: string, summary: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch(async (cause: NodeJS.ErrnoException) => {
    throw fileError(summary, path, cause.code === 'ENOENT' ? await reasonOf(path, cause) : cause);
  });
}

/** Node tells of a folder above that could not be made only that it is not there: makes the first that is missing, to hear why. */
async function reasonOf(path: string, cause: unknown): Promise<unknown> {
  const above = dirname(path);
  const isThere = await stat(above).then(
    () => true,
    () => false,
  );
  if (!isThere && above !== path) return reasonOf(above, cause);
  return mkdir(path).then(
    () => cause,
    (error: unknown) => error,
  );
}
