import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DatasetDescription,
  DownloadError,
  dataHome,
  describeDatasets,
  ensureFiles,
  type Part,
} from '@descent/datasets';
import { InterruptedError } from '../errors.ts';
import { type Io, print, shownPath } from '../io.ts';
import { count } from '../ui/count.ts';
import { createDownloads } from '../ui/downloads.ts';
import { fileSize } from '../ui/table.ts';
import { findSet, folderOf, ofSplit, PARTS, whereIs } from './sets.ts';

export interface DownloadOptions {
  readonly root?: string;
  /** In the order to ask. */
  readonly mirror?: readonly string[];
  readonly split?: string;
  readonly train?: boolean;
  readonly test?: boolean;
  readonly offline?: boolean;
  readonly quiet?: boolean;
}

/**
 * Fetches what is missing of named sets, one after another.
 * @throws UsageError for an unknown name before anything is fetched, InterruptedError on Ctrl-C, and the errors of `ensureFiles`.
 */
export async function downloadSets(
  names: readonly string[],
  options: DownloadOptions,
  io: Io,
  known: readonly DatasetDescription[] = describeDatasets(),
): Promise<void> {
  const { root = dataHome(), split, train = false, test = false, quiet = false } = options;
  const sets = names
    .map((name) => findSet(name, known))
    .map((set) => (split === undefined ? set : ofSplit(set, split)));
  const parts = train === test ? PARTS : PARTS.filter((part) => (part === 'train') === train);
  for (const set of sets) {
    if (set.embedded) {
      if (!quiet) print(io.out, `${set.name} ships inside @descent/datasets: nothing to download`);
      continue;
    }
    const isNew = await fetchSet(set, parts, root, options, io);
    if (quiet) continue;
    const items = parts.map((part) => `${count(set.items[part])} to ${part}`).join(', ');
    const folder = (await whereIs(set, parts[0] ?? 'train', root)) ?? folderOf(set, root);
    const { bold, green } = io.out.colors;
    print(
      io.out,
      `${isNew ? green('done') : 'there already'}: ${bold(set.name)}, ${items}, in ${shownPath(folder, io.cwd)}`,
    );
  }
}

/** Returns whether anything was missing. */
async function fetchSet(
  set: DatasetDescription,
  parts: readonly Part[],
  root: string,
  { mirror = [], offline, quiet = false }: DownloadOptions,
  io: Io,
): Promise<boolean> {
  const missing: Part[] = [];
  for (const part of parts) if ((await whereIs(set, part, root)) === null) missing.push(part);
  if (missing.length === 0) return false;
  const downloads = createDownloads(io, quiet);
  const { signal } = io;
  if (!quiet) print(io.out, `${io.out.colors.bold(set.name)} (licence: ${set.licence})`);
  try {
    for (const part of missing) {
      await ensureFiles(set, part, {
        root,
        download: true,
        signal,
        onProgress: downloads.onProgress,
        ...(mirror.length > 0 && { mirrors: mirror }),
        ...(offline !== undefined && { offline }),
      });
    }
    return true;
  } catch (error) {
    if (!signal.aborted) throw inWordsOfTheCommand(error);
    throw new InterruptedError(`the download of ${set.name} was stopped; ${await kept(folderOf(set, root), io.cwd)}`, {
      fix: 'the same command goes on from there',
    });
  } finally {
    downloads.clear();
  }
}

function inWordsOfTheCommand(error: unknown): unknown {
  if (!(error instanceof DownloadError) || error.attempts.length === 0) return error;
  const { file, attempts, details, summary } = error;
  return new DownloadError(summary, {
    ...details,
    file,
    attempts,
    fix: `check the network; or name another address with --mirror or DESCENT_MIRRORS; or put the file there by hand${file === undefined ? '' : `, as ${file}`}`,
  });
}

/** What lies in a folder of files that were not finished. */
async function kept(folder: string, cwd: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.part'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes === 0
    ? 'nothing was unfinished'
    : `${fileSize(bytes)} of an unfinished file are kept in ${shownPath(folder, cwd)}`;
}
