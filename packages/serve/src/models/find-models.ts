import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { DescentError } from '@descent/core';
import { fileError } from '@descent/files';

/** A model that lies somewhere. */
export interface FoundModel {
  readonly name: string;
  /** A number, as text. */
  readonly version: string;
  readonly kind: 'file' | 'run';
  /** A `.onnx` file, or the folder of a run. */
  readonly path: string;
  /** Changes whenever the files do. */
  readonly signature: string;
  /** What a `config.pbtxt` says of `max_batch_size`: 0 forbids batches. */
  readonly maxBatch?: number;
}

/** What should be a model and is none. */
export interface Unusable {
  readonly name: string;
  readonly reason: string;
}

export interface FoundModels {
  readonly models: readonly FoundModel[];
  readonly unusable: readonly Unusable[];
}

const RECORD = 'run.json';
const MODEL = 'model.onnx';
const CONFIG = 'config.pbtxt';

/**
 * Finds what is to be served at `path`: a `.onnx` file, the folder of a run, or a folder of models, each a run, or as Triton has it, `<model>/<version>/model.onnx`. What a link
 * names outside of the folder is not looked at.
 * @throws DescentError when there is no such file or folder, or nothing in it that is a model.
 */
export async function findModels(path: string): Promise<FoundModels> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new DescentError('there is no such file or folder', {
      path,
      expected: 'a .onnx file, the folder of a run, or a folder of models: <model>/<version>/model.onnx',
      fix: 'check the path',
    });
  }
  if (found.isFile()) return { models: [await single(path, 'file')], unusable: [] };
  if (await isFile(join(path, RECORD))) return { models: [await single(path, 'run')], unusable: [] };
  return repository(path);
}

async function single(path: string, kind: FoundModel['kind']): Promise<FoundModel> {
  const full = await realpath(path);
  const name = nameOf(kind === 'file' ? basename(path, extname(path)) : basename(full));
  const signature = kind === 'file' ? await signatureOf(dirname(full), basename(full)) : await runSignature(full);
  return { name, version: '1', kind, path: full, signature };
}

/** A name that can stand in an address: other characters become `_`. */
function nameOf(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '') || 'model';
}

const NAME = /^\w[\w.-]*$/;
const VERSION = /^[1-9]\d{0,14}$/;

async function repository(path: string): Promise<FoundModels> {
  const root = await realpath(path);
  const models: FoundModel[] = [];
  const unusable: Unusable[] = [];
  const entries = await readdir(root).catch((cause: NodeJS.ErrnoException) => {
    throw fileError('the folder of models cannot be read', path, cause);
  });
  for (const entry of entries.sort()) {
    // Hidden folders hold what is not ready, or another program's own things.
    if (entry.startsWith('.')) continue;
    const folder = await inside(root, join(root, entry));
    if (folder === 'nothing' || (folder !== 'outside' && !folder.isFolder)) continue;
    if (!NAME.test(entry)) {
      unusable.push({ name: entry, reason: 'a name has letters, digits, _, - and . only' });
      continue;
    }
    if (folder === 'outside') {
      unusable.push({ name: entry, reason: 'a link that leaves the folder of models' });
      continue;
    }
    const { found, reason } = await modelsIn(root, folder.path, entry);
    models.push(...found);
    if (reason !== null) unusable.push({ name: entry, reason });
  }
  if (models.length > 0) return { models, unusable };
  throw new DescentError('there is no model in this folder', {
    path,
    received: unusable.map(({ name, reason }) => `${name}: ${reason}`).join('; ') || 'a folder without models',
    expected: 'files <model>/<version>/model.onnx, such as digits/1/model.onnx, or the run.json of a run',
    fix: 'name the .onnx file itself, or put it there',
  });
}

interface FoundOf {
  readonly found: readonly FoundModel[];
  /** Why nothing was found; `null` where something was. */
  readonly reason: string | null;
}

/** The run in a folder, or the versions of a model. */
async function modelsIn(root: string, folder: string, name: string): Promise<FoundOf> {
  if (!(await isFile(join(folder, RECORD)))) return versionsIn(root, folder, name);
  if ((await inside(root, join(folder, MODEL))) === 'outside')
    return { found: [], reason: `${MODEL} is a link that leaves the folder of models` };
  return {
    found: [{ name, version: '1', kind: 'run', path: folder, signature: await runSignature(folder) }],
    reason: null,
  };
}

async function versionsIn(root: string, folder: string, name: string): Promise<FoundOf> {
  const found: FoundModel[] = [];
  let reason: string | null = 'no <version>/model.onnx in it, with a number for a version';
  const maxBatch = await maxBatchIn(root, join(folder, CONFIG));
  for (const version of await readdir(folder).catch(() => [])) {
    if (!VERSION.test(version)) continue;
    const file = await inside(root, join(folder, version, MODEL));
    if (file === 'outside') reason = `${version}/${MODEL} is a link that leaves the folder of models`;
    if (typeof file === 'string' || file.isFolder) continue;
    const signature = await signatureOf(dirname(file.path), basename(file.path));
    const batch = maxBatch === undefined ? {} : { maxBatch };
    found.push({ name, version, kind: 'file', path: file.path, signature: `${signature} ${maxBatch}`, ...batch });
  }
  return {
    found: found.sort((a, b) => Number(a.version) - Number(b.version)),
    reason: found.length > 0 ? null : reason,
  };
}

type Inside = { readonly path: string; readonly isFolder: boolean } | 'outside' | 'nothing';

/** Where `path` really is. Only what lies in `root` is looked at. */
async function inside(root: string, path: string): Promise<Inside> {
  const real = await realpath(path).catch(() => null);
  if (real === null) return 'nothing';
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return 'outside';
  const found = await stat(real).catch(() => null);
  if (found?.isDirectory() === true) return { path: real, isFolder: true };
  return found?.isFile() === true ? { path: real, isFolder: false } : 'nothing';
}

async function maxBatchIn(root: string, path: string): Promise<number | undefined> {
  const file = await inside(root, path);
  if (typeof file === 'string' || file.isFolder) return undefined;
  const text = await readFile(file.path, 'utf8').catch(() => '');
  const [, size] = /^\s*max_batch_size\s*:\s*(\d{1,9})\b/m.exec(text) ?? [];
  return size === undefined ? undefined : Number(size);
}

/** Of a model file and of what lies beside it under a name that begins alike, as files of weights do. */
async function signatureOf(folder: string, name: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).filter((one) => one.startsWith(name)).sort();
  return (await Promise.all(names.map((one) => stamp(join(folder, one))))).join(' ');
}

async function runSignature(folder: string): Promise<string> {
  return (await Promise.all([RECORD, MODEL, 'model.safetensors'].map((name) => stamp(join(folder, name))))).join(' ');
}

async function stamp(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found === null ? '-' : `${found.ino}:${found.size}:${found.mtimeMs}`;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
