import { dataPaths } from '@descent/cli/config';
import type { FilesData } from '../state/experiment.ts';
import type { Kept, KeptFile } from './kept-values.ts';

/** A file or folder that data name, and the files of it that are kept. */
export interface NamedFiles {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly kept: readonly KeptFile[];
}

/** What data name, with what there is of it. */
export function namedFiles({ files: data }: FilesData, { files }: Pick<Kept, 'files'>): readonly NamedFiles[] {
  return dataPaths(data).map(({ path, kind }) => {
    const plain = plainPath(path);
    const isOf = (one: string): boolean => (kind === 'file' ? one === plain : one.startsWith(`${plain}/`));
    return { path, kind, kept: files.filter((file) => isOf(file.path)) };
  });
}

/**
 * What of the files that a user gave is what data name, under the paths that the data have for it. A file belongs to the path that ends in its name; a file of a
 * folder to the folder of that name which is nearest to the end of its path.
 */
export function filesFor(
  { files: data }: FilesData,
  given: readonly { readonly path: string; readonly file: Blob }[],
): readonly KeptFile[] {
  const found = new Map<string, KeptFile>();
  for (const { path, kind } of dataPaths(data)) {
    const wanted = plainPath(path);
    for (const { path: own, file } of given) {
      const at = kind === 'file' ? (isEndOf(own, wanted) ? wanted : null) : insideOf(own, wanted);
      if (at !== null) found.set(at, { path: at, file });
    }
  }
  return [...found.values()];
}

/** Whether both paths end alike, as far as the shorter one goes. */
function isEndOf(own: string, wanted: string): boolean {
  return wanted === own || wanted.endsWith(`/${own}`) || own.endsWith(`/${wanted}`) || nameOf(own) === nameOf(wanted);
}

function insideOf(own: string, wanted: string): string | null {
  const parts = own.split('/');
  const folder = parts.slice(0, -1).lastIndexOf(nameOf(wanted));
  return folder < 0 ? null : [wanted, ...parts.slice(folder + 1)].join('/');
}

function nameOf(path: string): string {
  return path.split('/').at(-1) as string;
}

function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:\.\/+)+|\/+$/g, '');
}
