import { codeOf, FileError, type FileSystem, faultOf } from '@descent/files';
import { DataFileError } from '../errors.ts';

export async function exists(fs: Pick<FileSystem, 'stat'>, path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether the operating system said this, and not some code of ours. */
export function isSystemError(error: unknown): boolean {
  if (error instanceof FileError) return true;
  const code = codeOf(error);
  return code?.startsWith('E') === true && !code.startsWith('ERR_');
}

/** How to choose another folder for downloads. */
const BY_ROOT = 'with the root option, or with DESCENT_DATA_HOME where there is none';

/** What the operating system said about a file of ours, in terms of what to do about it; `choice` is how another folder is chosen. */
export function localError(cause: unknown, path: string, doing: string, choice: string = BY_ROOT): DataFileError {
  const system = cause instanceof FileError ? cause.cause : cause;
  const { kind, received, fix } = faultOf(system);
  return new DataFileError(kind === 'full' ? 'the disk is full' : `${doing} failed`, {
    file: path,
    received: system instanceof Error ? system.message : received,
    fix:
      kind === 'full'
        ? `free some space, after which a download goes on where it was; or choose another folder, ${choice}`
        : kind === 'place'
          ? `choose a folder that can be written to, ${choice}`
          : (fix ?? 'check the disk and the folder'),
    cause: system,
  });
}
