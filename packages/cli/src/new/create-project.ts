import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DescentError } from '@descent/core';
import { fileError } from '@descent/files';
import { projectFiles } from './project-files.ts';
import type { Template } from './templates.ts';

/** What may lie in a folder that a project is put into: what came with a new repository. */
const HARMLESS: readonly string[] = ['.git', '.gitattributes', '.DS_Store', 'LICENSE'];

/**
 * Writes the files of `template` into `folder`, which is new or empty; returns their paths in it.
 * @throws DescentError for a folder that holds something or cannot be written.
 */
export async function createProject(template: Template, folder: string): Promise<readonly string[]> {
  const files = await projectFiles(template, packageName(folder, template.name));
  await expectRoom(folder);
  for (const [path, text] of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
    } catch (cause) {
      throw fileError('the project cannot be written', file, cause);
    }
  }
  return [...files.keys()].sort();
}

/** A name for npm made of that of the folder: lower case, without what npm refuses; `otherwise` where nothing of it is left. */
export function packageName(folder: string, otherwise: string): string {
  const name = basename(folder)
    // Letters without their accents.
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[-._]+|-+$/g, '')
    .slice(0, 214);
  return name === '' || name === 'node_modules' ? otherwise : name;
}

async function expectRoom(folder: string): Promise<void> {
  const kind = await stat(folder).catch(() => null);
  if (kind === null) return;
  const inside = kind.isDirectory() ? (await readdir(folder)).filter((name) => !HARMLESS.includes(name)) : [];
  if (kind.isDirectory() && inside.length === 0) return;
  throw new DescentError('there is something at the place of the new project', {
    path: folder,
    received: kind.isDirectory() ? inside.slice(0, 5).join(', ') : 'a file',
    expected: 'a folder that is new or empty',
    fix: 'give another folder',
  });
}
