// What the package does with files and memory of the machine.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

export { basename as nameOf, dirname as folderOf, join as pathIn } from 'node:path';
export { expectWritable, makeFolder, writeAtomically } from '@descent/files';
export { filesBeside } from '../inference/data-files.ts';
export { readModelFile } from '../inference/read-file.ts';

/** Whether `text`, of ASCII, stands somewhere in `bytes`. */
export function containsText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);
}

/** Takes the file at `path` away, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Bytes that the process may still take. */
export function freeMemory(): number {
  return process.availableMemory?.() ?? Number.POSITIVE_INFINITY;
}

/** The version of this package; empty where a bundle has taken its files apart. */
export function packageVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { name, version } = manifest as { readonly name?: unknown; readonly version?: unknown };
    return name === '@descent/backend-onnx' && typeof version === 'string' ? version : '';
  } catch {
    return '';
  }
}
