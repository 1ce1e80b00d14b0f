import { readFile, stat } from 'node:fs/promises';
import { BackendError } from '@descent/core';

/** ONNX files are limited to 2 GB by their format; what is larger stands in files beside them. */
const MAX_BYTES = 2 ** 31 - 1;

/** The bytes of the model file at `path`. Throws a `BackendError` that says what is wrong with the path. */
export async function readModelFile(path: string): Promise<Uint8Array> {
  const refuse = (summary: string, received: string, fix: string, cause?: unknown): never => {
    throw new BackendError(summary, { path, received, expected: 'the path of an .onnx file', fix, cause });
  };
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refuse('this is a folder, not a model file', 'a folder', 'name the file in it');
    if (!found.isFile()) return refuse('this is not a model file', 'a device or a pipe', 'give a regular file');
    if (found.size > MAX_BYTES) {
      return refuse(
        'the file is too large for an ONNX model',
        `${found.size} bytes, of at most ${MAX_BYTES}`,
        'export the model with external data, so that its weights stand in a file of their own',
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return refuse(
        'the model file cannot be read: there is no such file',
        `${code}, looked up from ${process.cwd()}`,
        /^https?:/.test(path)
          ? 'fetch it: loadOnnx(new Uint8Array(await (await fetch(url)).arrayBuffer()))'
          : 'check the path',
        cause,
      );
    }
    return refuse('the model file cannot be read', message, 'check the path and the permissions of the file', cause);
  }
}
