import type { Arrays } from '@descent/core/backend';
import { copied, moving, openLink, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import { expectArray } from '../inference/check-array.ts';
import type { LoadOptions } from '../inference/load-onnx.ts';
import { modelName } from '../inference/model-name.ts';
import type { OpenedFile } from '../inference/opened-file.ts';
import type { ModelCalls } from './model-calls.ts';
import { portable } from './remote.ts';

/**
 * Opens a model in a worker of its own, which ends when the model is closed or cannot be opened. What is given is copied unless the caller allows to move it,
 * so that nobody sees memory disappear; results are moved.
 */
export async function openRemoteFile(
  source: string | Uint8Array,
  { externalData = {}, ...options }: Omit<LoadOptions, 'worker'>,
  worker: WorkerOption,
): Promise<OpenedFile> {
  const path = modelName(source);
  const link = openLink<ModelCalls>(workerOf(worker, startWorker), path, 'load the model again');
  const own = typeof source === 'string' ? source : source.slice();
  const data = Object.entries(externalData).map(([name, bytes]) => [name, bytes.slice()] as const);
  const moved = [own, ...data.map(([, bytes]) => bytes)].flatMap((it) => (typeof it === 'string' ? [] : [it.buffer]));
  const all = { ...portable(options), externalData: Object.fromEntries(data) };
  const facts = await link.ask('openModel', [own, all], moved).catch(async (error: unknown) => {
    await link.close();
    throw error;
  });
  let running = 0;
  let isClosed = false;
  // What is under way is answered first.
  const closeWhenIdle = (): void => {
    if (isClosed && running === 0) void link.close();
  };
  return {
    ...facts,
    async run(feeds, move = false) {
      const given: Arrays = feeds;
      for (const { name } of facts.inputs) expectArray(given[name], name, path);
      const { arrays, moved } = move ? moving(given) : copied(given);
      running++;
      try {
        return await link.ask('runModel', [arrays], moved);
      } finally {
        running--;
        closeWhenIdle();
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeWhenIdle();
    },
  };
}
