import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataFileError, reason } from '../errors.ts';
import {
  emptyClass,
  type FolderRules,
  type ImageEntry,
  type ImageFolder,
  noClasses,
  tooMuch,
} from '../sources/image-entries.ts';

/** The images in the folder `root`, one folder a class. Same errors as `listImageFolder`. */
export async function imagesInFolder(root: string, rules: FolderRules): Promise<ImageFolder> {
  const entries = await list(root);
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (classes.length === 0) throw noClasses(root, rules.kind, `${entries.length} files and no folder`);
  const samples: { path: string; label: number }[] = [];
  for (const [label, name] of classes.entries()) {
    const folder = join(root, name);
    const before = samples.length;
    await walk(root, [name], rules, (path) => samples.push({ path, label }));
    if (samples.length === before) throw emptyClass(folder, rules);
  }
  return { root, classes, samples };
}

/** The images below `root`, whatever the folders inside, in sorted order. Throws a `DataFileError` as `listImageFolder` does. */
export async function picturesBelow(root: string, rules: FolderRules): Promise<readonly ImageEntry[]> {
  const found: ImageEntry[] = [];
  await walk(root, [], rules, (source, inside) => found.push({ path: inside.join('/'), source }));
  return found;
}

/** Puts each file below a folder of `root` in sorted order; `put` tells how many there are. */
async function walk(
  root: string,
  inside: readonly string[],
  rules: FolderRules,
  put: (path: string, inside: readonly string[]) => number,
): Promise<void> {
  const { kind, endings, maxFiles, maxDepth } = rules;
  const folder = join(root, ...inside);
  for (const entry of await list(folder)) {
    const place = [...inside, entry.name];
    const path = join(root, ...place);
    if (entry.isDirectory()) {
      if (inside.length >= maxDepth) throw tooMuch(folder, kind, `folders more than ${maxDepth} deep`, 'maxDepth');
      await walk(root, place, rules, put);
    } else if (endings.has(extname(entry.name).toLowerCase()) && (entry.isFile() || (await isFileLink(path)))) {
      if (put(path, place) > maxFiles) throw tooMuch(root, kind, `more than ${maxFiles} ${kind}s`, 'maxFiles');
    }
  }
}

async function list(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataFileError('the folder cannot be read', { file: folder, received: reason(cause), cause });
  });
  // By code units, not by the language of the machine.
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isFileLink(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}
