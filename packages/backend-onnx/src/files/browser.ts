// Stands for node.ts in browsers, which have no files that a path could name.
import { BackendError } from '@descent/core/backend';
import type { DataSource } from '../inference/data-source.ts';

/** @throws BackendError always. */
export async function readModelFile(path: string): Promise<Uint8Array> {
  throw new BackendError('a browser cannot read a model by its path', {
    path,
    received: 'a path',
    expected: 'the bytes of the model',
    fix: `loadOnnx(new Uint8Array(await (await fetch('${path}')).arrayBuffer()))`,
  });
}

/** @throws BackendError always. */
export function filesBeside(path: string): DataSource {
  throw new BackendError('a browser has no files beside a model', { path, fix: 'give them as externalData' });
}

/** @throws BackendError always. */
export async function expectWritable(path: string, summary: string): Promise<void> {
  throw new BackendError(summary, {
    path,
    received: 'a path in a browser',
    fix: 'leave path out; exportOnnx returns the bytes, which the page can offer as a download',
  });
}

/** @throws BackendError always. */
export function writeAtomically(path: string, _: Uint8Array): Promise<void> {
  return expectWritable(path, 'the model cannot be written there');
}

/** @throws BackendError always. */
export async function makeFolder(path: string): Promise<void> {
  throw new BackendError('the folder cannot be made', {
    path,
    received: 'a path in a browser',
    fix: 'leave folder out; exportTraining returns the bytes of all files, which the page can offer as downloads',
  });
}

/** Nothing to do: there are no files. */
export async function removeFile(_: string): Promise<void> {}

/** The last part of a path, and what is in front of it. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path inside a folder. */
export function pathIn(folder: string, name: string): string {
  return `${folder}/${name}`;
}

/** Whether `text`, of ASCII, stands somewhere in `bytes`. */
export function containsText(bytes: Uint8Array, text: string): boolean {
  const codes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const [first = 0] = codes;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (codes.every((code, i) => bytes[at + i] === code)) return true;
  }
  return false;
}

/** Bytes that the page may still take, which no browser tells. */
export function freeMemory(): number {
  return Number.POSITIVE_INFINITY;
}

/** The version of this package, which a page has no file to read it from. */
export function packageVersion(): string {
  return '';
}
