import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileSystem, writeAtomically } from '@descent/files';
import type { RemoteFile } from '../definition.ts';

/** Size and SHA-256 of a file that came out of an archive. */
export interface Unpacked {
  readonly bytes: number;
  readonly sha256: string;
}

/** What is noted beside the files that an archive was unpacked to: the archive, whose hash was checked, and each file by its path in it. */
interface Note {
  readonly format: 1;
  readonly archive: Pick<RemoteFile, 'name' | 'sha256' | 'md5'>;
  readonly files: Readonly<Record<string, Unpacked>>;
}

function notePath(folder: string, file: RemoteFile): string {
  return join(folder, `${file.name}.contents.json`);
}

/** Notes what was taken out of an archive, before the files get their names. */
export async function noteUnpacked(
  folder: string,
  file: RemoteFile,
  files: ReadonlyMap<string, Unpacked>,
  fs: FileSystem,
): Promise<void> {
  const { name, sha256, md5 } = file;
  const archive = { name, ...(sha256 !== undefined && { sha256 }), ...(md5 !== undefined && { md5 }) };
  const note: Note = { format: 1, archive, files: Object.fromEntries(files) };
  await writeAtomically(notePath(folder, file), `${JSON.stringify(note, null, 2)}\n`, { fs });
}

/** What was noted of the file `member`; undefined without a note, or when it is of an archive with another hash than the one that is stated now. */
export async function notedOf(folder: string, file: RemoteFile, member: string): Promise<Unpacked | undefined> {
  try {
    const { format, archive, files } = JSON.parse(await readFile(notePath(folder, file), 'utf8')) as Partial<Note>;
    const isSame = format === 1 && archive?.sha256 === file.sha256 && archive?.md5 === file.md5;
    const noted = isSame && files !== undefined && Object.hasOwn(files, member) ? files[member] : undefined;
    return Number.isInteger(noted?.bytes) && typeof noted?.sha256 === 'string' ? noted : undefined;
  } catch {
    return undefined;
  }
}
