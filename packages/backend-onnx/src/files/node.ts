// What the package does with files and memory of the machine.
export { expectWritable, writeAtomically } from '@descent/files';
export { filesBeside } from '../inference/data-files.ts';
export { readModelFile } from '../inference/read-file.ts';

/** Whether `text`, of ASCII, stands somewhere in `bytes`. */
export function containsText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);
}

/** Bytes that the process may still take. */
export function freeMemory(): number {
  return process.availableMemory?.() ?? Number.POSITIVE_INFINITY;
}
