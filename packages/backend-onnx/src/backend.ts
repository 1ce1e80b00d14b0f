import { expectOptions } from '@descent/core';
import { type Backend, expectWorker, laterBackend, type WorkerOption } from '@descent/core/backend';
import type { MeasuredChoices } from './choices/choice-options.ts';
import type { Fallback, WasmPaths } from './device/names.ts';
import { deviceOptions, expectOneOf, type GivenOptions } from './device/options.ts';
import { TRAITS } from './device/traits.ts';
import type { Dialect } from './lowerings/context.ts';
import type { OptimizationLevel } from './optimization-level.ts';

interface CommonOptions {
  /**
   * How far ONNX Runtime rewrites a model. Default `'all'` for predictors of networks with convolutions, else `'extended'`; `'disabled'` for training steps of
   * more than 200 operators on a processor, and other models of more than 4,000 without convolutions: these are no faster for it, and open several times
   * faster without.
   */
  readonly graphOptimizationLevel?: OptimizationLevel;
  /**
   * Run everything in a worker: ONNX Runtime blocks the thread it runs in, so a page stays smooth, and the event loop of a server free, only
   * then. `true` starts the worker of this package; where a bundler does not find that, name the script that it made of
   * `@descent/backend-onnx/worker`, or give a `Worker` that runs it: the backend ends it. Costs about 0.2 ms a run. Default false.
   */
  readonly worker?: false | WorkerOption;
  /** Which operators models are made of. Default: what suits the device. `'webgpu'` leaves out what that provider lacks. */
  readonly dialect?: Dialect;
}

interface GraphicsOptions {
  /**
   * What happens to operators that the device does not have, and that ONNX Runtime would run on the processor in silence. Default
   * `'refuse'`: the program is refused and they are named. `'allow'`: they run there, and `executable.describe()` names them.
   */
  readonly fallback?: Fallback;
  /**
   * Each op is checked at its first use on the device. Whether checks that were passed are remembered for a month, for this device, runtime and
   * browser, in the Cache Storage of a page. Node does not tell which device it is, so that each process checks. Default true.
   */
  readonly rememberChecks?: boolean;
}

/** The processor through onnxruntime-node. */
export interface CpuOptions extends CommonOptions {
  /** Default in Node. */
  readonly device?: 'cpu';
  /** Threads that share the work of one operator. Default: as many as the process has cores; more make it slower. */
  readonly threads?: number;
  /**
   * Whether idle threads wait in a busy loop for a moment (0.2 ms in predictors): about 30 % faster on free cores, much slower when other work wants
   * them.
   * Default true.
   */
  readonly spinning?: boolean;
  /**
   * How each op that can be computed in several ways is. `'rules'`: by rules, the same in each run. `'measured'`: programs that train measure the ways of
   * their large ops once, for 0.3 s or as `{ seconds }` says, and keep in a file which was fastest here. The results differ in the last digits: give `{ known }`
   * to a run that goes on. Default `'rules'`.
   */
  readonly choices?: 'rules' | 'measured' | MeasuredChoices;
}

/** The processor through WebAssembly, in browsers and in Node: onnxruntime-web. */
export interface WasmOptions extends CommonOptions {
  /** Default in browsers. */
  readonly device?: 'wasm';
  /**
   * Threads that share the work of one operator: what the first session has, all later ones have. Default: up to 4, and 1 in pages that are
   * not cross-origin isolated.
   */
  readonly threads?: number;
  /** Where the `.wasm` file and the `.mjs` file beside it are served from: a folder, with a slash at its end, or each. Default: where the bundler put them. */
  readonly wasmPaths?: WasmPaths;
}

/** A graphics device through WebGPU: onnxruntime-web in browsers, onnxruntime-node natively. */
export interface WebGpuOptions extends CommonOptions, GraphicsOptions {
  readonly device: 'webgpu';
  /** Browsers only: as for `'wasm'`. */
  readonly wasmPaths?: WasmPaths;
}

/** Other providers of onnxruntime-node. CUDA was run once, with ONNX Runtime 1.29; DirectML and CoreML were never run by us. */
export interface ProviderOptions extends CommonOptions, GraphicsOptions {
  readonly device: 'cuda' | 'dml' | 'coreml';
  /** Which of several graphics devices, for `'cuda'` and `'dml'`. Default 0. */
  readonly deviceId?: number;
}

export type OnnxOptions = CpuOptions | WasmOptions | WebGpuOptions | ProviderOptions;

const NAMES: readonly string[] = [
  'device',
  'threads',
  'spinning',
  'graphOptimizationLevel',
  'worker',
  'dialect',
  'wasmPaths',
  'deviceId',
  'fallback',
  'rememberChecks',
  'choices',
];

/**
 * The ONNX Runtime backend: a program becomes an ONNX model, and a run of it is one call of the runtime.
 * @throws ValueError for an option outside its domain; BackendError when the runtime cannot be loaded (at the first use).
 */
export function onnx(options: OnnxOptions = {}): Backend {
  expectOptions('onnx', options, NAMES);
  const { worker = false, ...here } = options as CommonOptions & GivenOptions;
  const { dialect, ...given } = here;
  const device = deviceOptions(given);
  expectOneOf('dialect', dialect ?? 'cpu', ['cpu', 'webgpu']);
  const name = `onnx:${device.device}`;
  const { constantBytes } = TRAITS[device.device];
  if (worker !== false) {
    expectWorker(worker);
    const load = async (): Promise<Backend> =>
      (await import('./worker/remote.ts')).workerBackend(name, worker, here, constantBytes);
    return laterBackend(name, load, constantBytes);
  }
  const load = async (): Promise<Backend> => (await import('./local.ts')).localBackend(name, device, dialect);
  return laterBackend(name, load, constantBytes);
}
