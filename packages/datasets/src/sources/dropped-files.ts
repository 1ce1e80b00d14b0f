import { ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { DataFileError, reason } from '../errors.ts';
import type { ImageEntry } from './image-entries.ts';

/** What is used of `event.dataTransfer.items`. */
export type DroppedItems = ArrayLike<{ webkitGetAsEntry?(): unknown }>;

/** What a browser says of a dropped file or folder. */
interface Entry {
  readonly isDirectory: boolean;
  readonly name: string;
  file(resolve: (file: Blob) => void, reject: (cause: unknown) => void): void;
  createReader(): { readEntries(resolve: (entries: readonly Entry[]) => void, reject: (cause: unknown) => void): void };
}

/**
 * The files in folders that the user dropped on a page, with their paths, for `listImageFolder` and `imageFolder`: of one folder, the paths inside of it; of
 * several, each is a class. Call it in the handler itself, before anything is awaited: `drop` events keep their items no longer.
 * @throws ValueError for what are no dropped items, DataFileError for a folder that cannot be read.
 */
export async function droppedFiles(items: DroppedItems): Promise<readonly ImageEntry[]> {
  expectArgument(
    'droppedFiles',
    typeof items === 'object' && typeof items?.length === 'number',
    items,
    'event.dataTransfer.items of a drop event',
  );
  const entries = Array.from(items, (item) => item?.webkitGetAsEntry?.() as Entry | null | undefined).filter(
    (entry) => entry !== null && entry !== undefined,
  );
  const [first] = entries;
  if (first === undefined) {
    throw new ValueError('droppedFiles: nothing was dropped that is a file or folder', {
      received: `${items.length} items`,
      expected: 'folders with pictures',
      fix: 'call it in the handler of the drop event, before the first await',
    });
  }
  const found: ImageEntry[] = [];
  const isRoot = entries.length === 1 && first.isDirectory;
  for (const entry of entries) await walk(entry, isRoot ? '' : entry.name, found);
  return found;
}

async function walk(entry: Entry, path: string, found: ImageEntry[]): Promise<void> {
  const failed = (cause: unknown): DataFileError =>
    new DataFileError('what was dropped cannot be read', { file: path || entry.name, received: reason(cause), cause });
  if (!entry.isDirectory) {
    const source = await new Promise<Blob>((resolve, reject) => entry.file(resolve, (cause) => reject(failed(cause))));
    found.push({ path, source });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A browser gives some at a time, and an empty list at the end.
    const some = await new Promise<readonly Entry[]>((resolve, reject) =>
      reader.readEntries(resolve, (cause) => reject(failed(cause))),
    );
    if (some.length === 0) return;
    for (const child of some) await walk(child, path === '' ? child.name : `${path}/${child.name}`, found);
  }
}
