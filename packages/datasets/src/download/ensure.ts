import { join } from 'node:path';
import { acquireLock, type LockOptions, makeFolder, nodeFileSystem } from '@descent/files';
import { expectArgument } from '../arguments.ts';
import type { DatasetDefinition, Part, RemoteFile } from '../definition.ts';
import { DataFileError, DataFormatError, DownloadError } from '../errors.ts';
import { isOffline } from './environment.ts';
import { extractArchive } from './extract.ts';
import { exists, isSystemError, localError } from './file-system.ts';
import { locate, locateIn, ownFolder, searchFolders } from './locate.ts';
import { addresses, mirrorList } from './mirrors.ts';
import { checkHash } from './pinned.ts';
import { type Task, type TransferOptions, transferFile } from './transfer.ts';
import { noteUnpacked } from './unpacked.ts';

export interface EnsureOptions extends TransferOptions {
  readonly root: string;
  readonly download: boolean;
  readonly mirrors?: string | readonly string[] | undefined;
  readonly offline?: boolean | undefined;
  /** Seams of the tests. */
  readonly lock?: Pick<LockOptions, 'pollMs' | 'heartbeatMs' | 'staleMs'>;
}

/**
 * The paths of the files of one part of a data set, by what they hold; fetched first where they are missing and `download` says so.
 * Files that are found are held to the hashes that the set states.
 * @throws DataFileError when files are missing and may not be fetched, or the disk is the trouble; DownloadError when no address gives them; DataFormatError
 * when a file is not what its name says, with what it is where that is known.
 */
export async function ensureFiles(
  definition: DatasetDefinition,
  part: Part,
  options: EnsureOptions,
): Promise<ReadonlyMap<string, string>> {
  const isDefinition = Array.isArray(definition?.needs) && typeof definition.folder === 'string';
  expectArgument('ensureFiles', isDefinition, definition, 'the definition of a set, such as describeDatasets() lists');
  expectArgument('ensureFiles', part === 'train' || part === 'test', part, "'train' or 'test'");
  expectArgument('ensureFiles', typeof options?.root === 'string', options, '{ root, download }, with root a path');
  const { root } = options;
  const found = await locate(definition, root, part);
  if (found.missing.length === 0) return found.paths;
  if (!options.download) {
    throw found.problems[0] ?? missing(definition, root, found.missing[0] as (typeof found.missing)[number]);
  }
  const { files, problems } = await absent(definition, root, part);
  // What lies in the set's own folder would be in the way of what is fetched.
  if (problems[0] !== undefined) throw problems[0];
  if (isOffline(options.offline)) throw offline(definition, root, files);
  const mirrors = mirrorList(options.mirrors);
  for (const file of files) await fetchFile(definition, file, mirrors, options);
  const now = await locate(definition, root, part);
  if (now.missing.length > 0) {
    throw now.problems[0] ?? missing(definition, root, now.missing[0] as (typeof now.missing)[number]);
  }
  return now.paths;
}

/** The files of a part that have to be fetched, not those that somebody put there under another name; and what is wrong with those that are there. */
async function absent(
  definition: DatasetDefinition,
  root: string,
  part: Part,
): Promise<{ readonly files: readonly RemoteFile[]; readonly problems: readonly DataFormatError[] }> {
  const { missing: needs, problems } = await locateIn(definition, ownFolder(definition, root), part);
  const names = new Set(needs.flatMap((need) => need.names));
  const files = definition.files.filter(
    (file) =>
      file.parts.includes(part) &&
      (file.archive === undefined ? names.has(file.name) : file.archive.members.some((member) => names.has(member))),
  );
  return { files, problems };
}

async function fetchFile(
  definition: DatasetDefinition,
  file: RemoteFile,
  mirrors: readonly string[],
  options: EnsureOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  const fs = options.fs ?? nodeFileSystem;
  const folder = ownFolder(definition, options.root);
  const destination = join(folder, file.name);
  const task: Task = { set: definition.id, file, urls: addresses(definition, file, mirrors), destination };
  const complete = async (): Promise<boolean> => {
    const wanted = file.archive === undefined ? [file.name] : file.archive.members;
    for (const name of wanted) if (!(await exists(fs, join(folder, ...name.split('/'))))) return false;
    return true;
  };
  try {
    await makeFolder(folder, { fs });
  } catch (error) {
    throw localError(error, folder, 'making the folder');
  }
  // It saves two processes from doing the same work, and is not what keeps the result right: a file moves to its name only when it is checked.
  const lockFile = `${destination}.lock`;
  const lock = await acquireLock(lockFile, {
    ...options.lock,
    fs,
    signal,
    async isOver({ owner }) {
      if (await complete()) return true;
      onProgress?.({ set: definition.id, file: file.name, type: 'waiting', pid: owner?.pid, host: owner?.host });
      return false;
    },
  }).catch((error: unknown) => {
    throw isSystemError(error) ? localError(error, lockFile, 'locking the file') : error;
  });
  if (lock === undefined) return;
  try {
    if (await complete()) return;
    const there = await exists(fs, destination);
    // An archive that somebody put there, or that a process left that ended while unpacking.
    if (there) await checkHash(task, fs);
    else await transferFile(task, lock, options);
    if (file.archive === undefined) return;
    await extractArchive(destination, file.archive, folder, lock.owner.token, {
      fs,
      signal,
      onUnpacked: (files) => noteUnpacked(folder, file, files, fs),
      onMember: (member) => onProgress?.({ set: definition.id, file: file.name, type: 'unpack', member }),
    }).catch(async (error: unknown) => {
      // Else the next call would take the same bytes again.
      if (!there && error instanceof DataFormatError) await fs.rm(destination, { force: true });
      throw error;
    });
    await fs.rm(destination, { force: true });
  } finally {
    await lock.release();
  }
}

function missing(
  definition: DatasetDefinition,
  root: string,
  need: { what: string; names: readonly string[] },
): DataFileError {
  const bytes = definition.files.reduce((sum, file) => sum + file.bytes, 0);
  return new DataFileError(`${definition.name}: the ${need.what} file is missing`, {
    received: `no such file in ${searchFolders(definition, root).join(' or ')}`,
    expected: need.names.length === 1 ? need.names[0] : `one of ${need.names.join(', ')}`,
    fix: `pass download: true, which fetches ${Math.ceil(bytes / 1e6)} MB, or point root at the folder that holds the files`,
  });
}

function offline(definition: DatasetDefinition, root: string, files: readonly RemoteFile[]): DownloadError {
  const folder = ownFolder(definition, root);
  return new DownloadError(`${definition.name} is not there, and downloads are switched off`, {
    file: folder,
    received: 'offline, by the option or DESCENT_OFFLINE',
    expected: `${files.map((file) => `${file.name} (${file.bytes} bytes)`).join(', ')} in ${folder}`,
    fix: 'switch offline mode off once, or copy the folder from a machine that has it',
  });
}
