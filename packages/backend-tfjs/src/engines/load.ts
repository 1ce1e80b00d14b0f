import { BackendError, wrongWasmFile } from '@descent/core/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { wasmFiles } from '#wasm-files';
import { cpuKernels } from './cpu-kernels.ts';
import { createEngine, type Engine, type KernelFunction, stockKernels } from './engine.ts';
import type { EngineName, EngineOptions } from './options.ts';
import { TRAITS } from './traits.ts';
import { wasmKernels } from './wasm-kernels.ts';
import { guardMemory } from './wasm-memory.ts';
import { startedWithThreads } from './wasm-threads.ts';

type Core = typeof import('@tensorflow/tfjs-core');
type Wasm = typeof import('@tensorflow/tfjs-backend-wasm');

/** Imports of the optional packages, each evaluated only when its engine is named. */
export interface Imports {
  core(): Promise<unknown>;
  engine(name: EngineName): Promise<unknown>;
}

const IMPORTS: Imports = {
  core: () => import('@tensorflow/tfjs-core'),
  async engine(name) {
    // Inside `try` bundlers let a package be missing.
    try {
      switch (name) {
        case 'cpu':
          return await import('@tensorflow/tfjs-backend-cpu');
        case 'wasm':
          return await import('@tensorflow/tfjs-backend-wasm');
        case 'webgl':
          return await import('@tensorflow/tfjs-backend-webgl');
        case 'webgpu':
          return await import('@tensorflow/tfjs-backend-webgpu');
      }
    } catch (cause) {
      return Promise.reject(cause);
    }
  },
};

const WASM_FIX =
  "serve the files @tensorflow/tfjs-backend-wasm/dist/*.wasm and name their folder: tfjs({ engine: 'wasm', wasmPaths: '/tfjs/' }); docs/bundlers.md has the line for each bundler";

const NEEDS: Readonly<Record<EngineName, string>> = {
  cpu: 'it runs anywhere, so this is a bug',
  wasm: WASM_FIX,
  webgl: "it needs a browser with WebGL; in Node use 'tfjs:wasm' or 'tfjs:cpu'",
  webgpu:
    "it needs navigator.gpu: a browser with WebGPU, or Node with the npm package webgpu and its globals installed; else use 'tfjs:wasm'",
};

// TensorFlow.js initializes one backend at a time, in a registry that belongs to the whole process.
let queue: Promise<unknown> = Promise.resolve();

/** Loads the packages of an engine and initializes it. Throws a `BackendError` that says what is missing. */
export function loadEngine(name: EngineName, options: EngineOptions = {}, imports: Imports = IMPORTS): Promise<Engine> {
  const loaded = queue.then(() => load(name, options, imports));
  queue = loaded.catch(() => undefined);
  return loaded;
}

async function load(name: EngineName, options: EngineOptions, imports: Imports): Promise<Engine> {
  const [tf, own] = await packages(name, imports);
  if (name === 'wasm') configureWasm(tf, own as Wasm, options);
  const before = tf.engine().backendName;
  let cause: unknown;
  const start = (): Promise<boolean> =>
    tf.setBackend(name).catch((error: unknown) => {
      cause = error;
      return false;
    });
  const ready = await ((options.threads ?? 1) > 1 ? startedWithThreads(start) : start());
  if (!ready) throw await notStarted(name, cause);
  const backend = tf.backend();
  // In Node, the first use of the cpu engine would print an advertisement.
  if (name === 'cpu') (backend as KernelBackend & { firstUse?: boolean }).firstUse = false;
  // Whoever uses TensorFlow.js directly beside Descent keeps the backend they chose.
  if (before && before !== name) await tf.setBackend(before);
  if (name === 'wasm') guardMemory(backend as BackendWasm);
  const stock = stockKernels(name, TRAITS[name], backend, (kernel) => tf.getKernel(kernel, name));
  const replacements = ownKernels(name, backend, stock);
  return createEngine(name, TRAITS[name], backend, (kernel) => replacements[kernel] ?? stock(kernel));
}

function ownKernels(
  name: EngineName,
  backend: KernelBackend,
  stock: Engine['kernel'],
): Readonly<Record<string, KernelFunction>> {
  if (name === 'wasm') return wasmKernels(backend as BackendWasm, stock);
  return name === 'cpu' ? cpuKernels(backend) : {};
}

/** What there is to say about an engine that TensorFlow.js could not initialize. */
async function notStarted(name: EngineName, cause: unknown): Promise<BackendError> {
  const file = name === 'wasm' ? await wrongWasmFile() : null;
  return new BackendError(`tfjs:${name} did not start`, {
    ...(file !== null && { received: `${file.problem} from ${file.url}`, expected: 'a file of WebAssembly' }),
    fix: NEEDS[name],
    cause,
  });
}

function configureWasm(tf: Core, wasm: Wasm, { threads = 1, wasmPaths }: EngineOptions): void {
  if (threads > 1) {
    if ('process' in globalThis) {
      throw new BackendError('tfjs:wasm runs on one thread in Node', {
        path: 'threads',
        received: String(threads),
        fix: "leave threads out; 'onnx:cpu' uses all cores",
      });
    }
    wasm.setThreadsCount(threads);
  } else tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // Node runs code for browsers, too, as in tests; TensorFlow.js finds its files there.
  const paths = wasmPaths ?? (tf.env().getBool('IS_NODE') ? undefined : wasmFiles());
  if (paths !== undefined) wasm.setWasmPaths(paths as string);
}

async function packages(name: EngineName, imports: Imports): Promise<[Core, unknown]> {
  try {
    return [unwrapped(await imports.core()) as Core, unwrapped(await imports.engine(name))];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const missing = /Cannot find (?:package|module)|Failed to resolve|Could not resolve|ERR_MODULE_NOT_FOUND/.test(
      message,
    );
    throw new BackendError(`tfjs:${name} could not be loaded`, {
      received: message.split('\n')[0],
      expected: `the packages @tensorflow/tfjs-core and @tensorflow/tfjs-backend-${name}`,
      fix: missing
        ? `npm install @tensorflow/tfjs-core@^4.22.0 @tensorflow/tfjs-backend-${name}@^4.22.0`
        : 'the packages are there but do not load: see the cause',
      cause,
    });
  }
}

/** Bundlers see ES modules, Node sees CommonJS ones, whose exports are those of `default`. */
function unwrapped(module: unknown): unknown {
  return (module as { default?: unknown }).default ?? module;
}
