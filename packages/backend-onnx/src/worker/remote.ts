import { type RemoteParts, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { absoluteAddress, startWorker } from '#worker';
import type { WasmPaths } from '../device/names.ts';

/** Parts of a backend that lives in a worker, and is made there of `options`. */
export function inWorker(
  name: string,
  worker: WorkerOption,
  options: { readonly wasmPaths?: WasmPaths | undefined },
): RemoteParts {
  const { wasmPaths, ...rest } = options;
  const paths = wasmPaths === undefined ? {} : { wasmPaths: absolute(wasmPaths) };
  return remoteParts({ name, start: () => workerOf(worker, startWorker), options: { ...rest, ...paths } });
}

function absolute(paths: WasmPaths): WasmPaths {
  if (typeof paths === 'string') return absoluteAddress(paths);
  return Object.fromEntries(Object.entries(paths).map(([file, path]) => [file, absoluteAddress(path)]));
}
