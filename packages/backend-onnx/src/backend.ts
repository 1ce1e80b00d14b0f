import { expectOptions } from '@descent/core';
import { type Backend, createBackend, type HeldState } from '@descent/core/backend';
import { workerHost } from '#worker';
import type { WasmPaths } from './device/names.ts';
import { deviceOptions, expectOneOf } from './device/options.ts';
import { TRAITS } from './device/traits.ts';
import { type Host, localHost } from './host.ts';
import type { LowerOptions } from './lower.ts';
import type { Dialect } from './lowerings/context.ts';
import type { OptimizationLevel } from './optimization-level.ts';
import { lazyPlansOf, planOf } from './plan.ts';

interface CommonOptions {
  /**
   * Threads that share the work of one operator. Default for the CPU: as many as the process has cores; more make it slower. Default for
   * WebAssembly: up to 4, and 1 in pages that are not cross-origin isolated; what the first session has, all later ones have.
   */
  readonly threads?: number;
  /**
   * How far ONNX Runtime rewrites a model. Default `'extended'` (`'all'` is slower for networks with pooling), and `'disabled'` for models of
   * more than 4,000 operators without convolutions: these are no faster for it, and open several times faster without.
   */
  readonly graphOptimizationLevel?: OptimizationLevel;
  /**
   * Run everything in a worker thread of Node: ONNX Runtime blocks the thread it runs in, so the caller's event loop stays free only then.
   * Costs about 0.2 ms a run. Default false.
   */
  readonly worker?: boolean;
  /** Which operators models are made of. Default: what suits the device. `'webgpu'` leaves out what that provider lacks. */
  readonly dialect?: Dialect;
}

/** The processor through onnxruntime-node. */
export interface CpuOptions extends CommonOptions {
  /** Default in Node. */
  readonly device?: 'cpu';
  /**
   * Whether idle threads wait in a busy loop for a moment: about 30 % faster on free cores, much slower when other work wants them.
   * Default true.
   */
  readonly spinning?: boolean;
}

/** The processor through WebAssembly, in browsers and in Node: onnxruntime-web. */
export interface WasmOptions extends CommonOptions {
  /** Default in browsers. */
  readonly device?: 'wasm';
  /** Where the `.wasm` file and the `.mjs` file beside it are served from: a folder, with a slash at its end, or each. Default: where the bundler put them. */
  readonly wasmPaths?: WasmPaths;
}

export type OnnxOptions = CpuOptions | WasmOptions;

const NAMES: readonly string[] = [
  ...['device', 'threads', 'spinning', 'graphOptimizationLevel', 'worker', 'dialect', 'wasmPaths'],
];

/**
 * The ONNX Runtime backend: a program becomes an ONNX model, and a run of it is one call of the runtime.
 * @throws ValueError for an option outside its domain; BackendError when the runtime cannot be loaded (at the first use).
 */
export function onnx(options: OnnxOptions = {}): Backend {
  expectOptions('onnx', options, NAMES);
  const { dialect, worker = false, ...given } = options;
  const device = deviceOptions(given);
  expectOneOf('dialect', dialect ?? 'cpu', ['cpu', 'webgpu']);
  const lowerOptions = { dialect: dialect ?? TRAITS[device.device].dialect, threads: device.threads };
  const name = `onnx:${device.device}`;
  return worker ? backendOn(workerHost(device), name, lowerOptions) : backendOn(localHost(device), name, lowerOptions);
}

function backendOn<H extends HeldState>(host: Host<H>, name: string, options: LowerOptions): Backend {
  return createBackend<H>({
    name,
    compile: (program) => host.open(planOf(program, options), lazyPlansOf(program, options)),
    state: () => host.state(),
    dispose: () => host.dispose(),
  });
}
