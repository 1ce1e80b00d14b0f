import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DescentError, decodeSafetensors, encodeSafetensors, type NDArray, type Parameters } from '@descent/core';
import { removeLeftovers, writeAtomically } from '@descent/files';
import { bestCheckpoint, type LockFolderOptions, latestCheckpoint, lockFolder } from '@descent/runs';
import { CONFIG_EXTENSIONS } from '../config/evaluate.ts';
import { decodeConfig } from '../config/json.ts';
import { elsewhere, InterruptedError, reason } from '../errors.ts';
import { parseRecord, type RunRecord } from './record.ts';

const RECORD = 'run.json';
const METRICS = 'metrics.jsonl';
const WEIGHTS = 'model.safetensors';
const ONNX = 'model.onnx';
const REPORT = 'report.html';
const CHECKPOINTS = 'checkpoints';
const EVENTS = 'events';
const CONFIGS = CONFIG_EXTENSIONS.map((extension) => `config${extension}`);
/** What a run writes into its folder; all else there is of the user. */
export const RUN_FILES: readonly string[] = [RECORD, METRICS, WEIGHTS, ONNX, REPORT, CHECKPOINTS, EVENTS, ...CONFIGS];

/** The files of one run, of which this process is the only writer until `release`. */
export interface RunFolder {
  readonly path: string;
  readonly metricsPath: string;
  readonly weightsPath: string;
  readonly onnxPath: string;
  readonly reportPath: string;
  readonly checkpointsPath: string;
  readonly eventsPath: string;
  writeRecord(record: RunRecord): Promise<void>;
  writeWeights(parameters: Parameters): Promise<void>;
  /** Throws when another process has taken the folder over, since this one slept for long where others could not see it. */
  expectHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Makes the folder of a new run, locks it and puts the copy of the config there.
 * @throws DescentError when another process trains there, or when there is a run already, unless `overwrite`; then the files of the old run go, and no
 * others.
 */
export async function createRunFolder(
  path: string,
  { source, file, overwrite }: { readonly source: string; readonly file: string; readonly overwrite: boolean },
  watch: LockFolderOptions = {},
): Promise<RunFolder> {
  const folder = await locked(path, watch);
  try {
    if (overwrite) for (const name of RUN_FILES) await rm(join(path, name), { recursive: true, force: true });
    await expectNoRun(path);
    await writeAtomically(join(path, copyName(file)), source);
    await writeFile(folder.metricsPath, '');
    return folder;
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** Locks the folder of a run that is there, and takes away half-written files of a process that was killed. */
export async function openRunFolder(path: string, watch: LockFolderOptions = {}): Promise<RunFolder> {
  await read(path, RECORD);
  const folder = await locked(path, watch);
  for (const parent of [path, folder.checkpointsPath]) await removeLeftovers(parent);
  return folder;
}

async function locked(path: string, watch: LockFolderOptions): Promise<RunFolder> {
  const release = await lockFolder(path, watch).catch((error: unknown) => {
    if (watch.signal?.aborted !== true)
      throw elsewhere(
        error,
        'give a folder that can be written, with --out <folder>; to resume a run, copy it to such a folder first',
      );
    throw new InterruptedError('waiting for the folder of the run was stopped', { path });
  });
  return {
    path,
    metricsPath: join(path, METRICS),
    weightsPath: join(path, WEIGHTS),
    onnxPath: join(path, ONNX),
    reportPath: join(path, REPORT),
    checkpointsPath: join(path, CHECKPOINTS),
    eventsPath: join(path, EVENTS),
    async writeRecord(record) {
      await release.expectHeld();
      await writeAtomically(join(path, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    },
    async writeWeights(parameters) {
      await release.expectHeld();
      await writeAtomically(join(path, WEIGHTS), encodeSafetensors(parameters));
    },
    expectHeld: release.expectHeld,
    release,
  };
}

/** Throws when there is a run in the folder already, before much work is done for nothing. */
export async function expectNoRun(path: string): Promise<void> {
  if (!(await exists(join(path, RECORD)))) return;
  throw new DescentError('there is a run in this folder already', {
    path,
    fix: 'give another folder with --out, or --overwrite to replace it; `descent resume` goes on with it',
  });
}

/** A name in `parent` that no folder has yet: `lenet`, `lenet-2`, … */
export async function freeFolder(parent: string, name: string): Promise<string> {
  for (let i = 1; ; i++) {
    const path = join(parent, i === 1 ? name : `${name}-${i}`);
    if (!(await exists(path))) return path;
  }
}

/** What a run says of itself. */
export interface DescribedRun {
  readonly record: RunRecord;
  /** Text of its config. */
  readonly source: string;
  /** What people should know: that the config was changed since the run began. */
  readonly warnings: readonly string[];
}

/** Throws a DescentError naming the file that is missing or damaged. */
export async function describeRun(path: string): Promise<DescribedRun> {
  const record = parseRecord((await read(path, RECORD)).toString('utf8'), join(path, RECORD));
  const { file, sha256 } = record.config;
  const source = decodeConfig(await read(path, file));
  const changed = sha256 !== undefined && sha256 !== hashOfText(source);
  const warning = `${join(path, file)} was changed since the run began; it counts as it is now, but for seed and epochs, which are those of the run`;
  return { record, source, warnings: changed ? [warning] : [] };
}

export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface SavedRun extends DescribedRun {
  readonly weights: Readonly<Record<string, NDArray>>;
  readonly onnxPath: string;
}

/** Reads a run back: its weights, or those of its latest checkpoint when it was cut off. */
export async function readRun(path: string): Promise<SavedRun> {
  const described = await describeRun(path);
  const onnxPath = join(path, ONNX);
  const weightsPath = join(path, WEIGHTS);
  if (!(await exists(weightsPath))) {
    const found = await latestCheckpoint(join(path, CHECKPOINTS));
    if (found !== null) return { ...described, weights: found.state.parameters, onnxPath };
  }
  return { ...described, weights: decodeSafetensors(await read(path, WEIGHTS), weightsPath).tensors, onnxPath };
}

/** The checkpoints in a run's folder: names, sizes and updates made. */
export async function listCheckpoints(
  path: string,
): Promise<readonly { readonly file: string; readonly bytes: number; readonly step: number }[]> {
  const names = (await readdir(path).catch(() => [])).filter((name) => name.endsWith('.safetensors')).sort();
  return Promise.all(
    names.map(async (file) => {
      const [, step] = /^step-(\d+)/.exec(file) ?? [];
      return {
        file,
        bytes: (await stat(join(path, file))).size,
        step: step === undefined ? (await bestCheckpoint(path)).state.step : Number(step),
      };
    }),
  );
}

/** Name of the copy of a config: `config.ts`. */
export function copyName(file: string): string {
  return `config${extname(file)}`;
}

async function read(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR') {
      throw new DescentError('this is a file, not the folder of a run', {
        path: folder,
        expected: 'a folder that `descent train` wrote',
        fix: 'give the folder of a run, such as runs/demo/lenet',
        cause,
      });
    }
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
