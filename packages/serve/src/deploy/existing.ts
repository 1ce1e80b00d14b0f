import { readFile } from 'node:fs/promises';
import { ValueError } from '@descent/core';
import { codeOf, fileError } from '@descent/files';

/** What happens to a file that people may have edited and that says something else than what would be written. */
export type Existing = 'keep' | 'replace';

/**
 * The text that `path` will hold, and whether it must be written for that.
 * @throws ValueError telling the first line that differs, when there is another text and nobody has said what happens to it.
 */
export async function settled(
  path: string,
  text: string,
  existing: Existing | undefined,
): Promise<{ readonly text: string; readonly isWritten: boolean }> {
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileError('the file that is there cannot be read', path, error);
  });
  if (there === undefined || (there !== text && existing === 'replace')) return { text, isWritten: true };
  if (there === text || existing === 'keep') return { text: there, isWritten: false };
  const [before, after] = [there.split('\n'), text.split('\n')];
  const at = after.findIndex((line, i) => line !== before[i]);
  const line = at === -1 ? after.length : at;
  throw new ValueError('there is a file already that says something else', {
    path,
    received: `line ${line + 1}: ${JSON.stringify((before[line] ?? '').trim())}`,
    expected: JSON.stringify((after[line] ?? '').trim()),
    fix: "config: 'keep' leaves it as it is, config: 'replace' writes a new one; or give the model another name",
  });
}
