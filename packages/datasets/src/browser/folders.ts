import { DataFileError } from '../errors.ts';
import type { FolderRules, ImageFolder } from '../sources/image-entries.ts';

/** @throws DataFileError always: a page cannot look into folders. */
export async function imagesInFolder(root: string, _: FolderRules): Promise<ImageFolder> {
  throw new DataFileError('a page cannot look into a folder by its path', {
    file: root,
    received: 'a path, in a browser',
    expected: 'the files of an <input type="file" webkitdirectory>, what droppedFiles gives, or a list of URLs',
    fix: 'pass input.files, or [new URL("photos/cats/1.png", location.href), …]',
  });
}
