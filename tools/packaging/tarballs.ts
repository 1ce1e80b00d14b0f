import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Manifest, packages, run } from './pack.ts';

/** Where projects of this test file lie; to be removed at its end. */
export const work: string = mkdtempSync(join(tmpdir(), 'descent-pack-'));

export function tarballOf({ name, version }: Manifest): string {
  return join(inject('tarballs'), `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
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
