import { type Backend, createBackend } from '@descent/core/backend';
import { absoluteAddresses, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import type { EngineOptions } from '../engines/options.ts';

/** A backend that lives in a worker, and is made there of `options`. Throws what making it throws there. */
export async function workerBackend(name: string, worker: WorkerOption, options: EngineOptions): Promise<Backend> {
  const { wasmPaths, ...rest } = options;
  const paths = wasmPaths === undefined ? {} : { wasmPaths: absoluteAddresses(wasmPaths as string) };
  const parts = remoteParts({ name, start: () => workerOf(worker, startWorker), options: { ...rest, ...paths } });
  try {
    await parts.open();
  } catch (error) {
    await parts.dispose();
    throw error;
  }
  return createBackend(parts);
}
