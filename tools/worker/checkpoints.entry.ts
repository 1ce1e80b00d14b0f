/// <reference lib="dom" />
// Runs in a real browser: checkpoints in the files of the page, and what can go wrong with them.

import { onnx } from '@descent/backend-onnx';
import { type Backend, type Callback, fit } from '@descent/core';
import {
  bestCheckpoint,
  checkpoints,
  decodeCheckpoint,
  encodeCheckpoint,
  type FoundCheckpoint,
  latestCheckpoint,
} from '@descent/runs/checkpoints';
import { makeTrainer, pictures } from './networks.ts';
import { type Ended, train } from './resume.ts';

export interface CheckpointReport {
  readonly unbroken: Ended;
  /** Stopped in the middle of an epoch, and resumed in a new trainer from what the page keeps. */
  readonly resumed: Ended;
  /** Resumed from what Node wrote. */
  readonly fromNode: Ended;
  /** What the page wrote, for Node. */
  readonly written: readonly number[];
  readonly files: readonly string[];
  readonly afterDamage: { readonly step: number; readonly damaged: readonly string[] };
  readonly afterFull: { readonly step: number; readonly best: number; readonly files: readonly string[] };
  readonly errors: Readonly<Record<string, string>>;
}

const FOLDER = 'runs/first';

async function filesIn(path: string): Promise<readonly string[]> {
  let folder = await navigator.storage.getDirectory();
  for (const part of path.split('/')) folder = await folder.getDirectoryHandle(part, { create: true });
  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  return names.sort();
}

const found = async (): Promise<FoundCheckpoint> => (await latestCheckpoint(FOLDER)) as FoundCheckpoint;

/** The code of a worker that begins to write a file, and does not come to its end. */
const HALF = `
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle('runs')).getDirectoryHandle('first');
  const file = await folder.getFileHandle('step-000000998.safetensors', { create: true });
  const writable = await file.createWritable();
  await writable.write(new Uint8Array(100000));
  postMessage('half');`;

async function interruptedWrite(): Promise<void> {
  const script = URL.createObjectURL(new Blob([`(async () => {${HALF}})()`]));
  const worker = new Worker(script);
  await new Promise((resolve) => worker.addEventListener('message', resolve));
  worker.terminate();
}

async function truncatedFile(): Promise<void> {
  const folder = await (await (await navigator.storage.getDirectory()).getDirectoryHandle('runs')).getDirectoryHandle(
    'first',
  );
  const writable = await (await folder.getFileHandle('step-000000999.safetensors', { create: true })).createWritable();
  const bytes = await encodeCheckpoint(await found());
  await writable.write(bytes.slice(0, bytes.length - 7));
  await writable.close();
}

/** While `work` runs, writing breaks off after the first bytes, as it does on a full disk. */
async function whileFull<T>(work: () => Promise<T>): Promise<T> {
  const { prototype } = FileSystemWritableFileStream;
  const { write } = prototype;
  prototype.write = async function (this: FileSystemWritableFileStream, bytes) {
    await write.call(this, (bytes as Uint8Array<ArrayBuffer>).subarray(0, 1000));
    throw new DOMException('no space', 'QuotaExceededError');
  };
  try {
    return await work();
  } finally {
    prototype.write = write;
  }
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );
}

/** Trains one epoch of a single step. */
async function trainShortly(backend: Backend, callbacks: readonly Callback[]): Promise<unknown> {
  const trainer = await makeTrainer('mlp', backend);
  return fit(trainer, { train: pictures(64), epochs: 1, callbacks, log: null });
}

async function run(): Promise<CheckpointReport> {
  const backend = onnx({ threads: 1, wasmPaths: '/onnx/', worker: '/scripts/onnx-worker.mjs' });
  const unbroken = await train(backend);
  const keep = checkpoints({ folder: FOLDER, everySteps: 3, keepLast: 2, best: 'test.loss' });
  await train(backend, { callbacks: [keep], stopAfter: 13 });
  const files = await filesIn(FOLDER);
  const written = await encodeCheckpoint(await found());
  const resumed = await train(backend, { from: await found() });
  const fetched = new Uint8Array(await (await fetch('/scripts/node.safetensors')).arrayBuffer());
  const fromNode = await train(backend, { from: await decodeCheckpoint(fetched, 'node.safetensors') });

  await interruptedWrite();
  await truncatedFile();
  const { state, damaged } = await found();
  const afterDamage = { step: state.step, damaged };

  const { epoch: bestBefore } = (await bestCheckpoint(FOLDER)).position;
  const again = checkpoints({ folder: FOLDER, best: 'train.loss' });
  const errors: Record<string, string> = { full: await whileFull(() => messageOf(trainShortly(backend, [again]))) };
  const best = (await bestCheckpoint(FOLDER)).position.epoch - bestBefore;
  const afterFull = { step: (await found()).state.step, best, files: await filesIn(FOLDER) };

  const lenet = await makeTrainer('lenet', backend);
  errors['otherNetwork'] = await messageOf(lenet.load((await found()).state));
  errors['nothing'] = String(await latestCheckpoint('runs/none'));
  errors['outside'] = await messageOf(trainShortly(backend, [checkpoints({ folder: '../elsewhere' })]));
  errors['fileInTheWay'] = await messageOf(
    trainShortly(backend, [checkpoints({ folder: `${FOLDER}/best.safetensors` })]),
  );
  Object.defineProperty(navigator, 'storage', { value: {} });
  errors['noFiles'] = await messageOf(trainShortly(backend, [checkpoints({ folder: FOLDER })]));
  return { unbroken, resumed, fromNode, written: Array.from(written), files, afterDamage, afterFull, errors };
}

const report = await run().catch((error: unknown) => ({ failure: String((error as Error).stack ?? error) }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
