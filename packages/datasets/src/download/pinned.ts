import { createHash } from 'node:crypto';
import type { FileSystem } from '@descent/files';
import { DataFormatError } from '../errors.ts';
import { hashFile } from './part.ts';
import type { Task } from './transfer.ts';

/** The hash that a file must have. */
export interface Pinned {
  readonly algorithm: 'sha256' | 'md5';
  /** Undefined at the first use of a file whose publisher states none. */
  readonly hash: string | undefined;
  readonly firstUse: boolean;
}

/** The hash that the definition states, else the one that the first download left beside the file. */
export async function expectedHash({ file, destination }: Task, fs: FileSystem): Promise<Pinned> {
  if (file.sha256 !== undefined) return { algorithm: 'sha256', hash: file.sha256, firstUse: false };
  if (file.md5 !== undefined) return { algorithm: 'md5', hash: file.md5, firstUse: false };
  const noted = await fs.readFile(`${destination}.sha256`, 'utf8').then(
    (text) => /^[0-9a-f]{64}/.exec(text)?.[0],
    () => undefined,
  );
  return { algorithm: 'sha256', hash: noted, firstUse: noted === undefined };
}

/**
 * Checks a file that is already there.
 * @throws DataFormatError when it is not the file that the definition means.
 */
export async function checkHash(task: Task, fs: FileSystem): Promise<void> {
  const { file, destination } = task;
  const pinned = await expectedHash(task, fs);
  if (pinned.hash === undefined) return;
  const hash = createHash(pinned.algorithm);
  const handle = await fs.open(destination, 'r');
  const bytes = await hashFile(handle, hash).finally(() => handle.close());
  const actual = hash.digest('hex');
  if (actual === pinned.hash) return;
  throw new DataFormatError('this is not the file that the publisher offers', {
    file: destination,
    received: `${bytes} bytes with ${pinned.algorithm} ${actual}`,
    expected: `${file.bytes} bytes with ${pinned.algorithm} ${pinned.hash}`,
    fix: 'remove the file, so that it is fetched again',
  });
}
