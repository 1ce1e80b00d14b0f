import { chmod, copyFile, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { BackendError } from '@descent/core';
import { codeOf, fileError, makeFolder } from '@descent/files';

/** What Triton calls the file of a model. */
export const MODEL_FILE = 'model.onnx';

/** Numbers that Triton takes for versions, smallest first: no others, and none that begins with 0. */
export async function versionsIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileError('the folder of the model cannot be read', folder, error);
  });
  return names
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** A version that is copied, and can be put to its place or thrown away. */
export interface Staged {
  /** Puts it to its place, instead of what is there; returns the paths of its files. */
  commit(): Promise<readonly string[]>;
  discard(): Promise<void>;
}

/**
 * Copies a model and the files with its weights beside `<folder>/<version>`, to be moved there in one step: a server that looks at the folder meanwhile finds
 * a name that is no version.
 */
export async function stageVersion(
  folder: string,
  version: number,
  { model, beside }: { readonly model: string; readonly beside: readonly string[] },
): Promise<Staged> {
  await makeFolder(folder, { summary: SUMMARY });
  const place = join(folder, `${version}`);
  const temporary = await mkdtemp(join(folder, `.${version}-`)).catch((cause: unknown) => {
    throw fileError(SUMMARY, folder, cause);
  });
  const discard = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  const orDiscarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await discard();
      throw error instanceof BackendError ? error : fileError(SUMMARY, place, error);
    }
  };
  await orDiscarded(async () => {
    // Folders of mkdtemp are for their owner alone, and a server is often another user.
    await chmod(temporary, 0o755);
    await copied(model, join(temporary, MODEL_FILE));
    for (const name of beside) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await copied(placeBeside(model, name), join(temporary, name));
    }
  });
  return {
    discard,
    async commit() {
      await orDiscarded(() => replace(place, temporary));
      return [MODEL_FILE, ...beside].map((name) => join(place, name));
    },
  };
}

const SUMMARY = 'the model cannot be written';

/** Moves a folder to `place`; what is there comes back when that fails. */
async function replace(place: string, folder: string): Promise<void> {
  const old = `${folder}-old`;
  const isThere = await rename(place, old).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
  await rename(folder, place).catch(async (error: unknown) => {
    if (isThere) await rename(old, place);
    throw error;
  });
  if (isThere) await rm(old, { recursive: true, force: true });
}

/**
 * Where a file with weights of `model` lies.
 * @throws BackendError when the model names a file outside its folder, or one that is not there.
 */
function placeBeside(model: string, name: string): string {
  const folder = dirname(resolve(model));
  const place = resolve(folder, name);
  const inside = relative(folder, place);
  if (name !== '' && !isAbsolute(name) && inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`))
    return place;
  throw new BackendError('the model names a file with weights outside its own folder', {
    path: model,
    received: JSON.stringify(name.slice(0, 200)),
    expected: 'the name of a file beside the model',
    fix: 'export the model again, with its weights in a file beside it',
  });
}

/** Throws a `BackendError` for the first file with weights that is not beside the model. */
export async function expectBeside(model: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isFile = await stat(placeBeside(model, name)).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) continue;
    throw new BackendError('a file that holds weights of the model is not there', {
      path: model,
      received: `no file '${name}' beside it`,
      expected: 'the files of the model together in one folder',
      fix: 'copy them together, or export the model again',
    });
  }
}

/** Copies a file and waits until it is on the disk. The copy may be written to, whatever the rights of the original. */
async function copied(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
