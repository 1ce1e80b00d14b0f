// Stands for node.ts in browsers: the origin private file system (OPFS), which pages have in https and on localhost.
import { DescentError } from '@descent/core';
import type { Folder } from './folder.ts';

interface Writable {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface FileHandle {
  getFile(): Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>;
  createWritable?(): Promise<Writable>;
}

interface FolderHandle {
  getDirectoryHandle(name: string, options?: { readonly create: boolean }): Promise<FolderHandle>;
  getFileHandle(name: string, options?: { readonly create: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

interface Page {
  readonly navigator?: { readonly storage?: { getDirectory?(): Promise<FolderHandle> } };
}

/** The folder at `path`, its parts divided by slashes, of the files that belong to the origin of the page. */
export function openFolder(path: string): Folder {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const pathOf = (name: string): string => [...parts, name].join('/');

  const handle = async (create: boolean): Promise<FolderHandle> => {
    let folder = await root();
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
    return folder;
  };

  return {
    async list() {
      try {
        const names: string[] = [];
        for await (const name of (await handle(false)).keys()) names.push(name);
        return names;
      } catch (error) {
        if (isNotThere(error)) return [];
        throw failed('the folder cannot be read', path, error);
      }
    },
    async read(name) {
      try {
        const file = await (await (await handle(false)).getFileHandle(name)).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (error) {
        throw failed('the file cannot be read', pathOf(name), error);
      }
    },
    async write(name, bytes) {
      try {
        const folder = await handle(true);
        const isNew = await isMissing(folder, name);
        try {
          await writeWhole(await folder.getFileHandle(name, { create: true }), bytes);
        } catch (error) {
          // Creating it has made a file without content.
          if (isNew) await folder.removeEntry(name).catch(() => {});
          throw error;
        }
      } catch (error) {
        throw failed('the file cannot be written', pathOf(name), error);
      }
    },
    async remove(name) {
      try {
        await (await handle(false)).removeEntry(name);
      } catch (error) {
        if (!isNotThere(error)) throw failed('the file cannot be removed', pathOf(name), error);
      }
    },
    pathOf,
  };
}

/** The browser collects the bytes in a file of its own, and puts that in place of `file` when it is closed: before, `file` is as it was. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  if (file.createWritable === undefined) {
    throw new DescentError('this browser cannot write files from a page', {
      expected: 'Chromium, Firefox 111 or Safari 26, or a later version',
      fix: 'keep what encodeCheckpoint gives in another place, such as a download',
    });
  }
  const writable = await file.createWritable();
  try {
    await writable.write(bytes);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {});
    throw error;
  }
}

async function isMissing(folder: FolderHandle, name: string): Promise<boolean> {
  return folder.getFileHandle(name).then(
    () => false,
    (error: unknown) => {
      if (isNotThere(error)) return true;
      throw error;
    },
  );
}

async function root(): Promise<FolderHandle> {
  const { storage } = (globalThis as Page).navigator ?? {};
  if (storage?.getDirectory === undefined) {
    throw new DescentError('this page has no files of its own', {
      received: 'no navigator.storage.getDirectory',
      expected: 'a page from https or localhost, in a browser with an origin private file system',
      fix: 'serve the page over https, or keep what encodeCheckpoint gives in another place, such as a download',
    });
  }
  return storage.getDirectory();
}

function isNotThere(error: unknown): boolean {
  return nameOf(error) === 'NotFoundError';
}

function nameOf(error: unknown): string {
  return (error as { readonly name?: string } | null)?.name ?? '';
}

const FIXES: Readonly<Record<string, string>> = {
  QuotaExceededError:
    'make room: remove other files of this origin (navigator.storage.estimate() tells how much is used), keep fewer checkpoints with keepLast, or ask for more with navigator.storage.persist()',
  NoModificationAllowedError: 'another tab has the file open: close it, or give each tab a folder of its own',
  TypeMismatchError: 'there is a file where a folder is needed, or a folder in place of the file: give another folder',
  SecurityError:
    'this page may not keep files, such as in a private window: keep what encodeCheckpoint gives in another place',
  NotFoundError: 'give the name of a file that is there',
};

function failed(summary: string, path: string, cause: unknown): DescentError {
  if (cause instanceof DescentError) return cause;
  const name = nameOf(cause);
  const fix = FIXES[name];
  return new DescentError(summary, {
    path,
    received: `${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
    ...(fix !== undefined && { fix }),
    cause,
  });
}
