import { copyFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from '@descent/files';
import { UsageError } from '../errors.ts';
import { inspectOnnx } from '../onnx.ts';

/** Puts the file, as `name`, and what stands beside it into the folder of the run, from where it can be resumed and asked. Returns what there was not before. */
export async function copied(path: string, folder: string, name: string): Promise<readonly string[]> {
  const beside = Object.keys((await inspectOnnx(path)).externalData);
  const odd = beside.find((other) => basename(other) !== other);
  if (odd !== undefined) {
    throw new UsageError('the weights of this file stand in another folder', {
      path,
      received: odd,
      fix: 'put them beside the file, or write them into it: onnx.save_model(model, path, save_as_external_data=False)',
    });
  }
  await makeFolder(folder);
  const copies: string[] = [];
  for (const [from, to] of [[basename(path), name], ...beside.map((other) => [other, other])] as const) {
    const target = join(folder, to);
    const isThere = await stat(target).then(
      () => true,
      () => false,
    );
    if (resolve(dirname(path), from) === target) continue;
    await copyFile(join(dirname(path), from), target);
    if (!isThere) copies.push(target);
  }
  return copies;
}

/** Takes away what `copied` put there. */
export async function removed(folder: string, copies: readonly string[]): Promise<void> {
  for (const path of copies) await rm(path, { force: true });
  // A folder that has something else in it stays.
  await rmdir(folder).catch(() => {});
}
