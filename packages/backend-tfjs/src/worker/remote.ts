import { absoluteAddresses, type RemoteParts, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import type { EngineOptions } from '../engines/options.ts';

/** Parts of a backend that lives in a worker, and is made there of `options`. */
export function inWorker(name: string, worker: WorkerOption, options: EngineOptions): RemoteParts {
  const { wasmPaths, ...rest } = options;
  const paths = wasmPaths === undefined ? {} : { wasmPaths: absoluteAddresses(wasmPaths as string) };
  return remoteParts({ name, start: () => workerOf(worker, startWorker), options: { ...rest, ...paths } });
}
