import { type Backend, createBackend } from '@descent/core/backend';
import { absoluteAddresses, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import type { WasmPaths } from '../device/names.ts';

/** A backend that lives in a worker, and is made there of `options`. Programs may have `constantBytes` of constants. */
export function workerBackend(
  name: string,
  worker: WorkerOption,
  options: { readonly wasmPaths?: WasmPaths | undefined },
  constantBytes = 0,
): Backend {
  const parts = remoteParts({ name, start: () => workerOf(worker, startWorker), options: portable(options) });
  return createBackend({ ...parts, constantBytes });
}

/** Options that mean the same in a worker. */
export function portable<O extends { readonly wasmPaths?: WasmPaths | undefined }>(options: O): O {
  const { wasmPaths } = options;
  return wasmPaths === undefined ? options : { ...options, wasmPaths: absoluteAddresses(wasmPaths as string) };
}
