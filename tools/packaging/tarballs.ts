import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pnpmCommand, pnpmEnvironment, SHELL } from '../../scripts/pnpm.mjs';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));
/** Where tarballs and projects of this test file lie; to be removed at its end. */
export const work: string = mkdtempSync(join(tmpdir(), 'descent-pack-'));

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

export function tarballOf({ name, version }: Manifest): string {
  return join(work, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** Packs every package into `work`, as it is published. */
export function packAll(): void {
  const [pnpm, ...before] = pnpmCommand(pnpmEnvironment());
  for (const { folder } of packages) run(pnpm, [...before, 'pack', '--pack-destination', work], folder);
}

/** Runs a command and returns what it printed; its output is part of the error when it fails. */
export function run(command: string, words: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, words, { cwd, env: pnpmEnvironment(), encoding: 'utf8', shell: SHELL, stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`'${command} ${words.join(' ')}' failed in ${cwd}\n${stdout}${stderr}`, { cause: error });
  }
}

/** A new project in `work` that has installed the tarballs, and `others` from the registry. */
export function installedProject(folder: string, others: Readonly<Record<string, string>>): string {
  const project = join(work, folder);
  mkdirSync(project, { recursive: true });
  const dependencies = Object.fromEntries(packages.map((manifest) => [manifest.name, `file:${tarballOf(manifest)}`]));
  const manifest = { name: folder, private: true, type: 'module', dependencies, devDependencies: others };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], project);
  return project;
}
