import { constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FileError, faultOf, fileError } from './file-error.ts';
import { codeOf, nodeFileSystem, systemError } from './file-system.ts';
import { kindOf, placeOf } from './place.ts';

/**
 * Throws a FileError when no file can be written to `path`, for whoever has much work to do before there is something to write. `summary` is what it says
 * first.
 */
export async function expectWritable(
  path: string,
  summary: string = 'the file cannot be written there',
): Promise<void> {
  const fs = nodeFileSystem;
  const place = await placeOf(path, fs).catch((cause: unknown) => {
    throw fileError(summary, path, cause);
  });
  const folder = dirname(resolve(place));
  const [target, parent] = await Promise.all([kindOf(place, fs), kindOf(folder, fs)]);
  const refuse = (cause: unknown, received: string, fix: string): never => {
    const expected = 'the path of a file in a folder that exists and may be written to';
    throw new FileError(summary, { path, received: `${received} (${codeOf(cause)})`, expected, fix, cause });
  };
  if (parent === undefined) {
    refuse(systemError('ENOENT', folder), `no folder ${folder}`, `make the folder first: mkdir -p '${folder}'`);
  }
  if (parent !== 'folder') {
    refuse(systemError('ENOTDIR', folder), `${folder}, which is not a folder`, 'choose another place');
  }
  if (target === 'folder') refuse(systemError('EISDIR', place), 'a folder', 'add the name of the file: …/model.onnx');
  // A device is written to as it is; nothing is made beside it.
  await fs.access(target === 'special' ? place : folder, constants.W_OK).catch((cause: unknown) => {
    const what = target === 'special' ? 'device' : 'folder';
    const { fix = 'choose another place' } = faultOf(cause);
    refuse(cause, `a ${what} that this process may not write to`, fix);
  });
}
