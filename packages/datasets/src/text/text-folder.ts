import { expectOptions, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { DataFileError } from '../errors.ts';
import type { ImageEntries } from '../sources/image-entries.ts';
import { FOLDER_LIMITS, listClassFolder } from '../sources/image-folder.ts';
import { sourceBytes } from '../sources/source.ts';
import type { Table } from '../sources/table.ts';
import { decodeUtf8 } from '../sources/text.ts';

export interface TextFolderOptions {
  /** Endings of the files to take. Default `.txt`. */
  readonly extensions?: readonly string[];
  /** The folders to take. Default: all. */
  readonly classes?: readonly string[];
  /** Default 10 million. */
  readonly maxFiles?: number;
  /** The most bytes of one file. Default 16 MiB. */
  readonly fileLimit?: number;
  /** The most bytes of all files together. Default 1 GiB. */
  readonly limit?: number;
}

/**
 * Reads `root/<class>/…/<name>.txt`, files of UTF-8, as a table with the columns `text`, `label`, which is the class, and `path`, in the order of paths; `textDataset`
 * makes a dataset of it. In place of the path of a folder, texts can be files that the user chose or dropped, or URLs.
 * @throws DataFileError when the folder cannot be read, has no class, a class has no text, or one is above a limit; DataFormatError for what is not UTF-8;
 * ValueError for a class that there is not.
 */
export async function textFolder(root: string | ImageEntries, options: TextFolderOptions = {}): Promise<Table> {
  expectOptions('textFolder', options, ['extensions', 'classes', 'maxFiles', 'fileLimit', 'limit']);
  const {
    extensions = ['.txt'],
    classes,
    maxFiles = FOLDER_LIMITS.maxFiles,
    fileLimit = 16 * 2 ** 20,
    limit = 2 ** 30,
  } = options;
  if (classes !== undefined) expectList('textFolder: classes', classes, "names of folders, such as ['neg', 'pos']");
  const folder = await listClassFolder('textFolder', root, { ...FOLDER_LIMITS, kind: 'text', extensions, maxFiles });
  const missing = classes?.find((name) => !folder.classes.includes(name));
  if (missing !== undefined)
    throw new ValueError('textFolder: there is no folder of this class', {
      path: folder.root,
      received: String(missing),
      expected: folder.classes.join(', '),
    });
  const wanted = folder.samples.filter(({ label }) => classes?.includes(folder.classes[label] as string) ?? true);
  const texts: string[] = [];
  let total = 0;
  for (const { path, source } of wanted) {
    const bytes = await sourceBytes('textFolder', source ?? path, fileLimit, path);
    total += bytes.length;
    if (total > limit)
      throw new DataFileError('the texts do not fit into memory', {
        file: folder.root,
        received: `more than ${limit} bytes, of ${wanted.length} texts`,
        fix: 'raise limit, or take fewer folders with classes',
      });
    texts.push(await textOf(bytes, path));
  }
  const column = (name: string, data: readonly string[]) => ({ name, type: 'string' as const, data, missing: 0 });
  return {
    name: folder.root,
    length: texts.length,
    columns: [
      column('text', texts),
      column(
        'label',
        wanted.map(({ label }) => folder.classes[label] as string),
      ),
      column(
        'path',
        wanted.map(({ path }) => path),
      ),
    ],
  };
}

async function textOf(bytes: Uint8Array, path: string): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of decodeUtf8(one(bytes), path)) pieces.push(piece);
  return pieces.join('');
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
