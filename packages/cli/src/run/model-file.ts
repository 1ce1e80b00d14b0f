import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DescentError } from '@descent/core';
import type { Io } from '../io.ts';

/** The ONNX file that is meant: the one that is named, or `model.onnx` of a run. Throws a DescentError for a folder without one. */
export async function fileOf(named: string, { cwd }: Pick<Io, 'cwd'>): Promise<string> {
  const path = resolve(cwd, named);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const file = join(path, 'model.onnx');
  if (await isThere(file)) return file;
  throw new DescentError('there is no model.onnx in this folder', {
    path: named,
    expected: 'a .onnx file, or the folder of a run',
    fix: (await isThere(join(path, 'run.json'))) ? `descent export ${named}` : 'name the file',
  });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
