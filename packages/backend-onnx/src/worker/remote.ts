import { type Backend, createBackend, ValueError } from '@descent/core/backend';
import { absoluteAddresses, remoteParts, type WorkerOption, workerOf } from '@descent/core/remote';
import { startWorker } from '#worker';
import type { CpuOptions } from '../backend.ts';
import type { WasmPaths } from '../device/names.ts';

/**
 * A backend that lives in a worker, and is made there of `options`. Programs may have `constantBytes` of constants.
 * @throws ValueError for functions, which cannot travel.
 */
export function workerBackend(
  name: string,
  worker: WorkerOption,
  options: { readonly wasmPaths?: WasmPaths | undefined; readonly choices?: CpuOptions['choices'] },
  constantBytes = 0,
): Backend {
  const { choices } = options;
  const odd = Object.entries(typeof choices === 'object' ? choices : {}).find(
    ([, value]) => typeof value === 'function',
  )?.[0];
  if (odd !== undefined) {
    throw new ValueError('a worker cannot call what stays outside', {
      path: `choices.${odd}`,
      received: 'a function, with worker',
      expected: 'known, seconds and file alone',
      fix: 'leave worker out, or leave out the function: executable.describe() names the choices',
    });
  }
  const parts = remoteParts({ name, start: () => workerOf(worker, startWorker), options: portable(options) });
  return createBackend({ ...parts, constantBytes });
}

/** Options that mean the same in a worker. */
export function portable<O extends { readonly wasmPaths?: WasmPaths | undefined }>(options: O): O {
  const { wasmPaths } = options;
  return wasmPaths === undefined ? options : { ...options, wasmPaths: absoluteAddresses(wasmPaths as string) };
}
