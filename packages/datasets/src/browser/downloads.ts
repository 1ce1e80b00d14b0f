// Where the files of named sets are in a browser: fetched, checked by their hashes, and kept by the page.
import type { DatasetDefinition, NeededFile, Part, RemoteFile } from '../definition.ts';
import type { EnsureOptions } from '../download/ensure.ts';
import { isOffline } from '../download/environment.ts';
import type { Located } from '../download/locate.ts';
import { mirrorList } from '../download/mirrors.ts';
import { DataFileError, DownloadError } from '../errors.ts';
import type { FoundFile } from '../node/downloads.ts';
import { fetchedFile } from './fetch-file.ts';
import { sha256 } from './hash.ts';
import { type KeptFile, type KeptFiles, keptFiles } from './kept-files.ts';
import { unpackedMembers } from './unpack.ts';

/** The name that the page keeps its data under when no `root` is given. */
export function dataHome(): string {
  return 'descent/datasets';
}

/** @throws DataFileError always: a page has no paths. */
export async function ensureFiles(definition: DatasetDefinition): Promise<ReadonlyMap<string, string>> {
  throw noPaths('ensureFiles', definition);
}

/** @throws DataFileError always: a page has no paths. */
export async function locateFiles(definition: DatasetDefinition): Promise<Located> {
  throw noPaths('locateFiles', definition);
}

function noPaths(what: string, definition: DatasetDefinition): DataFileError {
  return new DataFileError(`${what}: a page has no files with paths`, {
    file: definition?.name ?? what,
    received: 'a browser',
    expected: 'Node, where files lie in folders',
    fix: 'load the set with its function, such as mnist({ download: true }), which fetches, checks and keeps its files',
  });
}

/**
 * The files of one part of a data set, by what they hold: those that the page kept, as long as they have the hashes that the set states; others are fetched
 * where `download` says so.
 * @throws DataFileError when files are missing and may not be fetched; DownloadError when no address gives them, or downloads are switched off;
 * DataFormatError when an archive is not what it should be.
 */
export async function neededFiles(
  definition: DatasetDefinition,
  part: Part,
  options: EnsureOptions,
): Promise<ReadonlyMap<string, FoundFile>> {
  const kept = await keptFiles(options.root);
  const needs = definition.needs.filter((need) => need.part === part);
  const found = new Map<string, FoundFile>();
  for (const need of needs) {
    const file = await keptNeed(definition, need, kept);
    if (file !== undefined) found.set(need.what, file);
  }
  const missing = needs.filter(({ what }) => !found.has(what));
  const [first] = missing;
  if (first === undefined) return found;
  const files = definition.files.filter(
    (file) =>
      file.parts.includes(part) && missing.some((need) => namesIn(file).some((name) => need.names.includes(name))),
  );
  if (!options.download) throw notKept(definition, first);
  if (isOffline(options.offline)) throw offline(definition, files);
  const mirrors = mirrorList(options.mirrors);
  for (const file of files) {
    const members = await fetched(definition, file, mirrors, options, kept);
    for (const [name, { bytes }] of members) {
      const need = missing.find(({ names }) => names.includes(name));
      if (need !== undefined) found.set(need.what, { source: bytes, name });
    }
  }
  const lacking = needs.find(({ what }) => !found.has(what));
  if (lacking !== undefined) throw notKept(definition, lacking);
  return found;
}

/** The names that a file has once it is fetched, or those of what is taken out of it. */
function namesIn({ name, archive }: RemoteFile): readonly string[] {
  return archive === undefined ? [name] : archive.members;
}

function pathOf({ folder }: DatasetDefinition, name: string): string {
  return `${folder}/${name}`;
}

/** A needed file that was kept under one of its names and is what the set states. */
async function keptNeed(
  definition: DatasetDefinition,
  need: NeededFile,
  kept: KeptFiles | undefined,
): Promise<FoundFile | undefined> {
  if (kept === undefined) return undefined;
  for (const file of definition.files) {
    const name = namesIn(file).find((one) => need.names.includes(one));
    const found = name === undefined ? undefined : await kept.read(pathOf(definition, name));
    if (name !== undefined && found !== undefined && isStated(found, file)) return { source: found.bytes, name };
  }
  return undefined;
}

/** Whether a kept file is the one that is stated now, or came out of it; one without a stated hash was checked against its first download. */
function isStated(found: KeptFile, { sha256: stated, content, archive }: RemoteFile): boolean {
  if (stated === undefined) return true;
  return archive === undefined ? found.sha256 === stated || found.sha256 === content : found.archive === stated;
}

/** Fetches a file, takes apart what is an archive, and keeps the result. */
async function fetched(
  definition: DatasetDefinition,
  file: RemoteFile,
  mirrors: readonly string[],
  options: EnsureOptions,
  kept: KeptFiles | undefined,
): Promise<ReadonlyMap<string, KeptFile>> {
  const { bytes, hash } = await fetchedFile(definition, file, mirrors, options);
  const members =
    file.archive === undefined
      ? new Map([[file.name, { bytes, sha256: hash, archive: undefined }]])
      : new Map<string, KeptFile>();
  if (file.archive !== undefined) {
    const onMember = (member: string): void =>
      options.onProgress?.({ set: definition.id, file: file.name, type: 'unpack', member });
    for (const [name, own] of await unpackedMembers(bytes, file, onMember)) {
      members.set(name, { bytes: own, sha256: await sha256(own), archive: hash });
    }
  }
  for (const [name, member] of members) await kept?.write(pathOf(definition, name), member);
  return members;
}

function notKept(definition: DatasetDefinition, need: NeededFile): DataFileError {
  const bytes = definition.files.reduce((sum, file) => sum + file.bytes, 0);
  return new DataFileError(`${definition.name}: the ${need.what} file is missing`, {
    file: need.names[0],
    received: 'nothing that this page kept of it',
    expected: need.names.length === 1 ? need.names[0] : `one of ${need.names.join(', ')}`,
    fix: `pass download: true, which fetches ${Math.ceil(bytes / 1e6)} MB; mirrors: '/data' fetches from /data/${definition.id}/ of the page's own server`,
  });
}

function offline(definition: DatasetDefinition, files: readonly RemoteFile[]): DownloadError {
  return new DownloadError(`${definition.name} is not there, and downloads are switched off`, {
    file: definition.name,
    received: 'offline, by the option',
    expected: files.map((file) => `${file.name} (${file.bytes} bytes)`).join(', '),
    fix: 'leave the option offline out once, while there is a network',
  });
}
