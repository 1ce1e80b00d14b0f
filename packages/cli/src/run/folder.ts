import { appendFileSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DescentError, decodeSafetensors, encodeSafetensors, type NDArray, type Parameters } from '@descent/core';
import { CONFIG_EXTENSIONS } from '../config/evaluate.ts';
import { reason } from '../errors.ts';
import { writeAtomically } from '../files.ts';
import { parseRecord, type RunRecord } from './record.ts';

const RECORD = 'run.json';
const METRICS = 'metrics.jsonl';
const WEIGHTS = 'model.safetensors';
const ONNX = 'model.onnx';
const CONFIGS = CONFIG_EXTENSIONS.map((extension) => `config${extension}`);

/** The files of one run. */
export interface RunFolder {
  readonly path: string;
  readonly onnxPath: string;
  readonly weightsPath: string;
  writeRecord(record: RunRecord): Promise<void>;
  /** Adds one line, at once, so that it is there whatever happens next. */
  appendMetrics(line: object): void;
  writeWeights(parameters: Parameters): Promise<void>;
}

/**
 * Makes the folder of a new run and puts the copy of the config there.
 * @throws DescentError when there is a run already, unless `overwrite`; then the files of the old run go, and no others.
 */
export async function createRunFolder(
  path: string,
  { source, file, overwrite }: { readonly source: string; readonly file: string; readonly overwrite: boolean },
): Promise<RunFolder> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new DescentError('the folder of the run cannot be made', { path, received: reason(cause), cause });
  });
  if (overwrite) {
    for (const name of [RECORD, METRICS, WEIGHTS, ONNX, ...CONFIGS]) await rm(join(path, name), { force: true });
  }
  // An exclusive create: of two commands that start at the same moment, one is refused.
  await writeFile(join(path, RECORD), '{}\n', { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') {
      throw new DescentError('the folder of the run cannot be written', { path, received: reason(cause), cause });
    }
    throw taken(path);
  });
  await writeAtomically(join(path, copyName(file)), source);
  await writeFile(join(path, METRICS), '');
  return {
    path,
    onnxPath: join(path, ONNX),
    weightsPath: join(path, WEIGHTS),
    writeRecord: (record) => writeAtomically(join(path, RECORD), `${JSON.stringify(record, null, 2)}\n`),
    appendMetrics: (line) => appendFileSync(join(path, METRICS), `${JSON.stringify(line)}\n`),
    writeWeights: (parameters) => writeAtomically(join(path, WEIGHTS), encodeSafetensors(parameters)),
  };
}

/** Throws when there is a run in the folder already, before much work is done for nothing. */
export async function expectNoRun(path: string): Promise<void> {
  if (await exists(join(path, RECORD))) throw taken(path);
}

function taken(path: string): DescentError {
  return new DescentError('there is a run in this folder already', {
    path,
    fix: 'give another folder with --out, or --overwrite to replace it',
  });
}

/** A name in `parent` that no folder has yet: `lenet`, `lenet-2`, … */
export async function freeFolder(parent: string, name: string): Promise<string> {
  for (let i = 1; ; i++) {
    const path = join(parent, i === 1 ? name : `${name}-${i}`);
    if (!(await exists(path))) return path;
  }
}

export interface SavedRun {
  readonly record: RunRecord;
  readonly source: string;
  readonly weights: Readonly<Record<string, NDArray>>;
  readonly onnxPath: string;
}

/** Reads a run back. Throws a DescentError naming the file that is missing or damaged. */
export async function readRun(path: string): Promise<SavedRun> {
  const record = parseRecord((await read(path, RECORD)).toString('utf8'), join(path, RECORD));
  const weightsPath = join(path, WEIGHTS);
  return {
    record,
    source: (await read(path, record.config.file)).toString('utf8'),
    weights: decodeSafetensors(await read(path, WEIGHTS), weightsPath).tensors,
    onnxPath: join(path, ONNX),
  };
}

/** Name of the copy of a config: `config.ts`. */
export function copyName(file: string): string {
  return `config${extname(file)}`;
}

async function read(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
    throw new DescentError(`there is no run in this folder: ${name} cannot be read`, {
      path: folder,
      received: cause.code ?? reason(cause),
      expected: 'a folder that `descent train` wrote',
      fix: 'give the folder of a run, such as runs/demo/lenet',
      cause,
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
