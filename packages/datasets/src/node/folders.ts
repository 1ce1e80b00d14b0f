import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataFileError, reason } from '../errors.ts';
import { emptyClass, type FolderRules, type ImageFolder, noClasses, tooMuch } from '../sources/image-entries.ts';

/** The images in the folder `root`, one folder a class. Same errors as `listImageFolder`. */
export async function imagesInFolder(root: string, { endings, maxFiles, maxDepth }: FolderRules): Promise<ImageFolder> {
  const entries = await list(root);
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (classes.length === 0) throw noClasses(root, `${entries.length} files and no folder`);
  const samples: { path: string; label: number }[] = [];
  const walk = async (folder: string, label: number, depth: number): Promise<void> => {
    for (const entry of await list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth >= maxDepth) throw tooMuch(folder, `folders more than ${maxDepth} deep`, 'maxDepth');
        await walk(path, label, depth + 1);
      } else if (endings.has(extname(entry.name).toLowerCase()) && (entry.isFile() || (await isFileLink(path)))) {
        if (samples.length >= maxFiles) throw tooMuch(root, `more than ${maxFiles} images`, 'maxFiles');
        samples.push({ path, label });
      }
    }
  };
  for (let label = 0; label < classes.length; label++) {
    const folder = join(root, classes[label] as string);
    const before = samples.length;
    await walk(folder, label, 1);
    if (samples.length === before) throw emptyClass(folder, endings);
  }
  return { root, classes, samples };
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
