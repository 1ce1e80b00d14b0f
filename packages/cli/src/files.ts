import { rename, rm, writeFile } from 'node:fs/promises';
import { DescentError } from '@descent/core';
import { reason } from './errors.ts';

/** Nobody ever sees half a file: it is written beside its place and then moved there. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new DescentError('the file cannot be written', { path, received: reason(cause), cause });
  }
}
