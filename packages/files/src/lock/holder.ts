import { type FileSystem, nodeFileSystem } from '../file-system.ts';
import { type LockOwner, processOf } from './owner.ts';
import { inspect } from './watch.ts';

/** Who has a lock, as far as one look tells. */
export interface LockHolder {
  /** Undefined when the file does not say. */
  readonly owner: LockOwner | undefined;
  /** `unknown` where its process cannot be seen from here: on another machine, or in another container. */
  readonly process: 'alive' | 'dead' | 'unknown';
}

/**
 * Who has the lock file `path`; undefined when nobody has. Only looks: takes nothing and waits for nothing.
 * @throws what the file system throws, such as for a folder that may not be read.
 */
export async function lockHolder(path: string, fs: FileSystem = nodeFileSystem): Promise<LockHolder | undefined> {
  const seen = await inspect(fs, path);
  if (seen === undefined) return undefined;
  return { owner: seen.owner, process: seen.owner === undefined ? 'unknown' : processOf(seen.owner) };
}
