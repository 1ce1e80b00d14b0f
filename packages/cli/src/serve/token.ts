import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';

/** The token of a server, and whether it was made up here, so that people must be told. */
export interface ServeToken {
  readonly token: string;
  readonly isNew: boolean;
  /** Where it was read: a path, or the name of a variable. */
  readonly from?: string;
}

/**
 * The token in a file, or in the environment as DESCENT_TOKEN, or a new one where `isNeeded`.
 * @throws UsageError when the file cannot be read, or holds nothing.
 */
export async function tokenFor(
  file: string | undefined,
  isNeeded: boolean,
  { cwd, env = process.env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<ServeToken | null> {
  if (file !== undefined) return { token: await tokenIn(resolve(cwd, file)), isNew: false, from: resolve(cwd, file) };
  const given = env['DESCENT_TOKEN']?.trim();
  if (given !== undefined && given !== '') return { token: given, isNew: false, from: 'DESCENT_TOKEN' };
  return isNeeded ? { token: randomBytes(24).toString('base64url'), isNew: true } : null;
}

async function tokenIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError('the file of the token cannot be read', {
      path,
      received: cause.code === 'ENOENT' ? 'no such file' : (cause.code ?? cause.message),
      fix: 'give --token-file the path of a file that holds the token and nothing else',
      cause,
    });
  });
  const token = text.trim();
  if (token !== '') return token;
  throw new UsageError('the file of the token is empty', {
    path,
    fix: 'write one: head -c 24 /dev/urandom | base64 > token',
  });
}
