import { absoluteAddresses, type RemoteParts, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import type { WasmPaths } from '../device/names.ts';

/** Parts of a backend that lives in a worker, and is made there of `options`. */
export function inWorker(
  name: string,
  worker: WorkerOption,
  options: { readonly wasmPaths?: WasmPaths | undefined },
): RemoteParts {
  return remoteParts({ name, start: () => workerOf(worker, startWorker), options: portable(options) });
}

/** Options that mean the same in a worker. */
export function portable<O extends { readonly wasmPaths?: WasmPaths | undefined }>(options: O): O {
  const { wasmPaths } = options;
  return wasmPaths === undefined ? options : { ...options, wasmPaths: absoluteAddresses(wasmPaths as string) };
}
