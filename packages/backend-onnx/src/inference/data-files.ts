import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join, sep, win32 } from 'node:path';
import type { BackendError } from '@descent/core';
import { type DataFile, type DataSource, inMemory, refused } from './data-source.ts';

/** The largest part that is read at once. */
const CHUNK = 2 ** 28;

/** Files in the folder of the model at `path`, and those in `given` before them. */
export function filesBeside(path: string, given: Readonly<Record<string, Uint8Array>>): DataSource {
  return {
    async open(location, place) {
      if (Object.hasOwn(given, location)) return inMemory(given[location] as Uint8Array);
      expectInside(path, location, place);
      const folder = await realpath(dirname(path));
      const file = await locate(path, folder, location, place);
      return onDisk(path, file, location, place);
    },
  };
}

/** A name that leaves the folder is refused before the file system is asked, so that nobody can find out what exists elsewhere. */
function expectInside(path: string, location: string, place: string): void {
  const outside =
    location === '' ||
    location.includes('\0') ||
    location.startsWith('/') ||
    win32.isAbsolute(location) ||
    /^[a-z]:/i.test(location) ||
    location.split(/[\\/]/).includes('..');
  if (outside) throw leavesFolder(path, location, place);
}

async function locate(path: string, folder: string, location: string, place: string): Promise<string> {
  const file = await realpath(join(folder, location)).catch((cause: unknown) => {
    throw refused("a file that holds the model's weights is missing", {
      path,
      received: `no file '${location}' beside the model (${reason(cause)})`,
      expected: `${join(folder, location)}, in which the model stores ${place}`,
      fix: 'copy the data file into the folder of the model, under exactly this name; an ONNX model with external data consists of both files',
      cause,
    });
  });
  if (file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return file;
  throw leavesFolder(path, location, place);
}

async function onDisk(path: string, file: string, location: string, place: string): Promise<DataFile> {
  let handle: FileHandle | undefined;
  try {
    // Not through a link that was put there since, and without waiting for the other end of a pipe.
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('not a regular file');
    const opened = handle;
    return {
      size: stats.size,
      read: (offset, length) => readRange(opened, offset, length),
      close: () => opened.close(),
    };
  } catch (cause) {
    await handle?.close();
    throw refused("a file that holds the model's weights cannot be read", {
      path,
      received: `'${location}', which holds ${place}: ${reason(cause)}`,
      expected: 'a regular file that this process may read',
      fix: 'check the file and its permissions',
      cause,
    });
  }
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(CHUNK, length - at), offset + at);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    at += bytesRead;
  }
  return bytes;
}

function leavesFolder(path: string, location: string, place: string): BackendError {
  return refused('the model names a file outside its own folder', {
    path,
    received: `'${location}' for ${place}`,
    expected: 'the name of a file in the folder of the model, as exporters write it',
    fix: 'do not use this file unless you know where it comes from; a data file that is a link to another folder must be copied beside the model',
  });
}

function reason(cause: unknown): string {
  return (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
}
