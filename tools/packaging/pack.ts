import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pnpmEnvironment, SHELL } from '../../scripts/pnpm.mjs';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** What is published. */
export const packages: readonly (Manifest & { readonly folder: string })[] = readdirSync(join(root, 'packages'))
  .map((folder) => join(root, 'packages', folder))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, ...readManifest(folder) }))
  .filter((manifest) => manifest.private !== true);

/** Runs a command and returns what it printed; its output is part of the error when it fails. */
export function run(command: string, words: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, words, { cwd, env: pnpmEnvironment(), encoding: 'utf8', shell: SHELL, stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`'${command} ${words.join(' ')}' failed in ${cwd}\n${stdout}${stderr}`, { cause: error });
  }
}
