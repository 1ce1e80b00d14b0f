import { randomInt } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BackendError, ValueError } from '@descent/core';

/** Throws when no file can be written to `path`, before any work is done for it. */
export async function expectWritable(path: string): Promise<void> {
  if (typeof path !== 'string' || path === '') {
    throw new ValueError('exportOnnx was given an invalid path', {
      path: 'path',
      received: path === '' ? 'an empty text' : typeof path,
      expected: 'where to write the file, such as model.onnx; leave it out to get only the bytes',
    });
  }
  const folder = dirname(resolve(path));
  const [target, parent] = await Promise.all([kindOf(path), kindOf(folder)]);
  const refuse = (received: string, fix: string): never => {
    throw new BackendError('the model cannot be written there', {
      path,
      received,
      expected: 'the path of a file in a folder that exists and may be written to',
      fix,
    });
  };
  if (parent === undefined) refuse(`no folder ${folder} (ENOENT)`, `make the folder first: mkdir -p '${folder}'`);
  if (parent !== undefined && parent !== 'folder')
    refuse(`${folder}, which is not a folder (ENOTDIR)`, 'choose another place');
  if (target === 'folder') refuse('a folder (EISDIR)', 'add the name of the file: …/model.onnx');
  // A device is written to as it is; nothing is made beside it.
  await access(target === 'special' ? path : folder, constants.W_OK).catch((cause: unknown) => {
    refuse(
      `a ${target === 'special' ? 'device' : 'folder'} that this process may not write to (${codeOf(cause)})`,
      'choose another place, or give permission',
    );
  });
}

/**
 * Nobody ever sees half a file: it is written beside its place and then moved there. What a link names is replaced, not the link; a device or a pipe, such as
 * `/dev/null`, is written to and stays what it is. Throws a `BackendError` with the path.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const place = await realpath(path).catch(() => path);
  // A run that goes on takes away what a killed process left under such a name.
  const temporary = `${place}.${randomInt(2 ** 47)}.tmp`;
  try {
    if ((await kindOf(place)) === 'special') {
      await writeFile(place, bytes);
      return;
    }
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new BackendError('the model cannot be written', {
      path,
      received: cause instanceof Error ? cause.message : String(cause),
      expected: `room for ${bytes.length} bytes`,
      fix: codeOf(cause) === 'ENOSPC' ? 'make room on the disk' : 'check the folder and its permissions',
      cause,
    });
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'special' | undefined> {
  return stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'special'),
    () => undefined,
  );
}

function codeOf(cause: unknown): string {
  return (cause as { code?: string }).code ?? String(cause);
}
