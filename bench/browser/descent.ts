// Descent in a page: loaded when one of its engines is measured.
import { type Backend, fit, type MemorySource, trainingControl } from '@descent/core';
import { trainerOf } from '../train-step/descent.ts';
import { batchCounter, batchFrom, batchOf } from '../train-step/engine.ts';
import type { BrowserEngine } from './engines.ts';
import { type OpenPageEngine, shuffledRows } from './page-engine.ts';
import { timeRuns } from './watch-sessions.ts';

/** More than anybody waits for. */
const ENDLESS = 1_000_000;

/** `trainer.step(x, y)` for single steps, and `fit` for epochs. */
export const openDescent: OpenPageEngine = async (engine, given) => {
  const task = { ...given, threads: engine.threads ?? 1 };
  const isTimed = engine.by === 'onnx' && engine.kernel === 'wasm' && !engine.isInWorker;
  const insideMs = isTimed ? timeRuns((await import('onnxruntime-web/wasm')).InferenceSession) : undefined;
  const trainer = await trainerOf(task, await open(engine));
  const nextBatch = batchCounter(task);
  const source: MemorySource = {
    length: task.epochBatches,
    batchSize: task.batchSize,
    dataset: batchFrom(task, 0, task.epochBatches * task.batchSize),
    indices: (epoch) => shuffledRows(task, epoch),
    epoch: () => [],
  };
  return {
    async step() {
      const { x, y } = batchOf(task, nextBatch());
      return (await trainer.step(x, y)).loss;
    },
    async epoch() {
      await fit(trainer, { train: source, epochs: 1, log: null });
    },
    async train(ms) {
      const signal = trainingControl();
      const end = performance.now() + ms;
      const onEvent = (): void => {
        if (performance.now() > end) signal.stop();
      };
      await fit(trainer, { train: source, epochs: ENDLESS, log: null, signal, onEvent });
    },
    ...(insideMs !== undefined && { insideMs }),
  };
};

async function open({ by, kernel, threads, isInWorker }: BrowserEngine): Promise<Backend> {
  const worker = isInWorker && `/scripts/${by}-worker.mjs`;
  if (by === 'onnx') {
    const { onnx } = await import('@descent/backend-onnx');
    const wasmPaths = '/onnx/';
    return kernel === 'webgpu'
      ? onnx({ device: 'webgpu', wasmPaths, worker })
      : onnx({ device: 'wasm', wasmPaths, worker, ...(threads !== undefined && { threads }) });
  }
  const { tfjs } = await import('@descent/backend-tfjs');
  return tfjs({ engine: kernel, worker, ...(kernel === 'wasm' && { wasmPaths: '/tfjs/' }) });
}
