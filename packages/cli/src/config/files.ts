import type { ImageEntries } from '@descent/datasets';
import { DataFileError, DataFormatError } from '@descent/datasets';

/** Where the files that a config names are: on this machine, or chosen by the user of a page. */
export interface ConfigFiles {
  /** What readers of one file take for its path. */
  file(path: string): string | Blob;
  /** What readers of a folder of pictures or texts take for its path. */
  folder(path: string): string | ImageEntries;
  isFolder(path: string): Promise<boolean>;
  /** A file of UTF-8 text. */
  text(path: string): Promise<string>;
  /** What messages call it. */
  nameOf(path: string): string;
}

/** The part of a path behind its last slash. */
export function fileName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? path
  );
}

/**
 * Files that the user gave, by their paths as a config names them; those of a folder have its path in front.
 * @throws DataFileError, when it is asked, for a path that is not among them.
 */
export function givenFiles(given: ReadonlyMap<string, Blob>): ConfigFiles {
  const files = new Map(Array.from(given, ([path, file]) => [plainPath(path), file]));
  const below = (path: string): readonly (readonly [path: string, file: Blob])[] => {
    const folder = `${plainPath(path)}/`;
    return [...files].filter(([one]) => one.startsWith(folder)).map(([one, file]) => [one.slice(folder.length), file]);
  };
  const file = (path: string): File => {
    const found = files.get(plainPath(path));
    if (found !== undefined) return new File([found], path);
    throw notGiven(path, 'a file', files);
  };
  return {
    file,
    folder(path) {
      const found = below(path);
      if (found.length > 0) return found.map(([inside, source]) => ({ path: inside, source }));
      throw notGiven(path, 'files of this folder', files);
    },
    isFolder: async (path) => !files.has(plainPath(path)) && below(path).length > 0,
    text: async (path) => decodeText(new Uint8Array(await file(path).arrayBuffer()), path),
    nameOf: (path) => path,
  };
}

/** The text of a file of UTF-8, without a byte order mark. Throws a DataFormatError for what is not UTF-8. */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataFormatError('the file is not UTF-8', {
      file: path,
      received: 'bytes that are no characters of UTF-8',
      fix: 'save it as UTF-8',
      cause,
    });
  }
}

/** A path without `./` in front and slashes at its end. */
export function plainPath(path: string): string {
  return path.replace(/\\/g, '/').replace(/^(?:\.\/+)+|\/+$/g, '');
}

function notGiven(path: string, expected: string, files: ReadonlyMap<string, Blob>): DataFileError {
  const names = [...files.keys()];
  return new DataFileError('a file that the config names was not given', {
    file: path,
    received: names.length === 0 ? 'no files' : `${names.length} others, such as ${names.slice(0, 3).join(', ')}`,
    expected,
    fix: 'choose it, with the path that the config has for it',
  });
}
