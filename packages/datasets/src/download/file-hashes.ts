import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, writeAtomically } from '@descent/files';
import { readPath } from '../node/files.ts';
import { gunzipIfNeeded, isGzip } from '../sources/gzip.ts';
import { dataHome } from './data-home.ts';

/** SHA-256 of a file, and of what it unpacks to. */
export interface FileHashes {
  readonly file: string;
  /** Not made of a gzipped file when nobody asked for it; empty for one that cannot be unpacked. */
  readonly content?: string;
}

/** What is known of a file for as long as its size and time stay. */
interface Entry extends FileHashes {
  readonly size: number;
  readonly mtimeMs: number;
}

const KEPT = 500;
/** More than any file of a named set has, packed or not. */
const MOST_BYTES = 2 ** 30;

/**
 * The hashes of a file; that of its content only where `needsContent` says so of the file's. They are kept in `hashes.json` of the data folder, so that a
 * start does not read everything twice; where that cannot be written they are made each time.
 */
export async function fileHashes(path: string, needsContent: (file: string) => boolean): Promise<FileHashes> {
  const full = resolve(path);
  const { size, mtimeMs } = await stat(full);
  const index = join(dataHome(), 'hashes.json');
  const known = await readIndex(index);
  const found = known.get(full);
  const kept = found?.size === size && found.mtimeMs === mtimeMs ? found : undefined;
  if (kept !== undefined && (kept.content !== undefined || !needsContent(kept.file))) return kept;
  const bytes = await readPath(full, MOST_BYTES);
  const file = sha256(bytes);
  const isPacked = isGzip(bytes);
  const content = !isPacked ? file : needsContent(file) ? await contentHash(bytes, full) : undefined;
  const hashes = { file, ...(content !== undefined && { content }) };
  known.delete(full);
  known.set(full, { ...hashes, size, mtimeMs });
  await writeIndex(index, [...known].slice(-KEPT));
  return hashes;
}

async function contentHash(bytes: Uint8Array, path: string): Promise<string> {
  try {
    return sha256(await gunzipIfNeeded(bytes, MOST_BYTES, path));
  } catch {
    // Whoever reads the file says what is wrong with it.
    return '';
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readIndex(path: string): Promise<Map<string, Entry>> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, Entry>>);
    return new Map(entries.filter(([, entry]) => typeof entry?.file === 'string'));
  } catch {
    return new Map();
  }
}

/** In one step, so that a process that reads sees a whole index; of two that write one is lost, and made again when it is asked for. */
async function writeIndex(path: string, entries: readonly (readonly [string, Entry])[]): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeAtomically(path, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Then they are made again the next time.
  }
}
