import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Callback } from '@descent/core';
import { fileError, writeAtomically } from '@descent/files';
import { expectPath } from './expect-path.ts';

/**
 * Appends one line of JSON to `path` after each epoch, at once, so that it is there whatever happens next.
 * @throws DescentError (out of `fit`) naming the file when it cannot be written.
 */
export function jsonLinesLog(path: string): Callback {
  expectPath('jsonLinesLog', path, 'file');
  return {
    onEpoch(record, { trainer }) {
      try {
        appendFileSync(path, `${JSON.stringify({ step: trainer.stepCount, ...record })}\n`);
      } catch (cause) {
        throw fileError('the log cannot be written', path, cause);
      }
    },
  };
}

/**
 * Takes the lines after epoch `epochs` out of `path`, before a run that goes on from there writes them again; half a line at the end goes,
 * too. Without a file there is nothing to do.
 * @throws DescentError naming the file when it cannot be read or written.
 */
export async function rewindJsonLines(path: string, epochs: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw fileError('the log cannot be read', path, cause);
  });
  const lines = text.split('\n');
  const kept = lines.filter((line) => isUpTo(line, epochs)).map((line) => `${line}\n`);
  if (kept.join('') !== text) await writeAtomically(path, kept.join(''));
}

function isUpTo(line: string, epochs: number): boolean {
  try {
    return (JSON.parse(line) as { readonly epoch: number }).epoch <= epochs;
  } catch {
    // Not a whole line: its writer ended in between.
    return false;
  }
}
