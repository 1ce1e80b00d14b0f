// How onnxruntime-web is set up. What it is told before its first session holds for the whole process or page.
import { BackendError } from '@descent/core/backend';
import type { DeviceOptions } from '../device/options.ts';
import type { Ort, Runtime } from './runtime.ts';

/** Threads of WebAssembly, which cannot be changed once they run. */
const started = new WeakMap<Ort.Env, number>();

const HEADERS = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

/**
 * Sets threads and places of files, once. `isShared` says whether threads can share memory here.
 * @throws BackendError when more threads are wanted than can be had, or another number than already runs.
 */
export function configureWeb(
  ort: typeof Ort,
  { device, threads, exactThreads, wasmPaths }: DeviceOptions,
  isShared: boolean,
): Runtime {
  const { env } = ort;
  if (threads > 1 && exactThreads && !isShared) {
    throw new BackendError(`onnx:${device} has one thread in this page`, {
      path: 'threads',
      received: `${threads}`,
      expected: '1, since memory can be shared only in pages that are cross-origin isolated',
      fix: `serve the page with the headers ${HEADERS}, or leave threads out`,
    });
  }
  const running = started.get(env);
  if (running !== undefined && running !== threads && exactThreads) {
    throw new BackendError(`onnx:${device} was started with another number of threads`, {
      path: 'threads',
      received: `${threads}`,
      expected: `${running}, as in the first backend: ONNX Runtime Web cannot change it`,
      fix: 'give the same number everywhere, or leave threads out in all backends but the first',
    });
  }
  if (running === undefined) {
    started.set(env, threads);
    env.wasm.numThreads = threads;
    if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  }
  return {
    ort,
    notes:
      isShared || device !== 'wasm' ? [] : [`onnx:${device}: one thread; for more, serve the page with ${HEADERS}`],
  };
}
