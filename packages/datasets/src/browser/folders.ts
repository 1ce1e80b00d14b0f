import { DataFileError } from '../errors.ts';
import type { FolderRules, ImageEntry, ImageFolder } from '../sources/image-entries.ts';

/** @throws DataFileError always: a page cannot look into folders. */
export async function imagesInFolder(root: string, _: FolderRules): Promise<ImageFolder> {
  throw noFolders(root);
}

/** @throws DataFileError always, likewise. */
export async function picturesBelow(root: string, _: FolderRules): Promise<readonly ImageEntry[]> {
  throw noFolders(root);
}

function noFolders(root: string): DataFileError {
  return new DataFileError('a page cannot look into a folder by its path', {
    file: root,
    received: 'a path, in a browser',
    expected: 'the files of an <input type="file" webkitdirectory>, what droppedFiles gives, or a list of URLs',
    fix: 'pass input.files, or [new URL("photos/cats/1.png", location.href), …]',
  });
}
