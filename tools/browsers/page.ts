/// <reference lib="dom" />
// Runs in Firefox or WebKit: trains on the engine that the address names. Bundled and served by browsers.slow.test.ts.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import { type Backend, fit } from '@descent/core';
import { checkpoints, latestCheckpoint } from '@descent/runs/checkpoints';
import { firstBatches, lossesOf, NETWORKS, trainerOn } from './curves.ts';

/** What a page has done. */
export interface PageReport {
  readonly error?: string;
  /** As the engine names itself. */
  readonly backend: string;
  readonly losses: Readonly<Record<string, readonly number[]>>;
  /** Losses after a checkpoint was read back, or why the browser keeps none. */
  readonly resumed: readonly number[] | string;
  readonly notes: string;
}

const query = new URLSearchParams(location.search);
const engine = query.get('engine') as string;
const steps = Number(query.get('steps'));

async function open(): Promise<Backend> {
  const wasmPaths = '/wasm/';
  if (engine === 'onnx:wasm') return onnx({ device: 'wasm', threads: Number(query.get('threads')), wasmPaths });
  if (engine === 'onnx:wasm in a worker') return onnx({ device: 'wasm', wasmPaths, worker: '/page/worker.mjs' });
  if (engine === 'tfjs:wasm') return tfjs({ engine: 'wasm', wasmPaths: '/tfjs/' });
  return tfjs({ engine: engine === 'tfjs:webgl' ? 'webgl' : 'cpu' });
}

/** Goes on from a checkpoint that `fit` has written where the browser keeps files, else why there is none. */
async function resumed(backend: Backend): Promise<readonly number[] | string> {
  try {
    const train = await firstBatches(steps);
    const callbacks = [checkpoints({ folder: 'kept', everySteps: 1 })];
    await fit(await trainerOn('mlp', backend), { train, epochs: 1, callbacks, log: null });
    const found = await latestCheckpoint('kept');
    if (found === null) return 'no checkpoint was found';
    const other = await trainerOn('mlp', backend);
    await other.load(found.state);
    return await lossesOf(other, steps, 2);
  } catch (error) {
    return String(error);
  }
}

async function run(): Promise<PageReport> {
  const backend = await open();
  const losses: Record<string, readonly number[]> = {};
  for (const network of Object.keys(NETWORKS) as (keyof typeof NETWORKS)[]) {
    losses[network] = await lossesOf(await trainerOn(network, backend), 0, steps);
  }
  return { backend: backend.name, losses, resumed: await resumed(backend), notes: String(self.crossOriginIsolated) };
}

const report = await run().catch(
  (error: unknown): PageReport => ({ error: String(error), backend: engine, losses: {}, resumed: '', notes: '' }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
