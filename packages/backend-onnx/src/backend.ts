import { expectOptions } from '@descent/core';
import { type Backend, createBackend, type HeldState, ValueError } from '@descent/core/backend';
import { type Host, localHost } from './host.ts';
import type { LowerOptions } from './lower.ts';
import type { Dialect } from './lowerings/context.ts';
import type { OptimizationLevel } from './optimization-level.ts';
import { loopPlanOf, planOf } from './plan.ts';
import { defaultThreads, expectThreads } from './session.ts';
import { workerHost } from './worker/client.ts';

export interface OnnxOptions {
  /** Where models run. Default `'cpu'`, so far the only one. */
  readonly device?: 'cpu';
  /** Threads that share the work of one operator. Default: as many as the process has cores; more make it slower. */
  readonly threads?: number;
  /**
   * Whether idle threads wait in a busy loop for a moment: about 30 % faster on free cores, much slower when other work wants them.
   * Default true.
   */
  readonly spinning?: boolean;
  /**
   * How far ONNX Runtime rewrites a model. Default `'extended'` (`'all'` is slower for networks with pooling), and `'disabled'` for models of
   * more than 4,000 operators without convolutions: these are no faster for it, and open several times faster without.
   */
  readonly graphOptimizationLevel?: OptimizationLevel;
  /**
   * Run everything in a worker thread: ONNX Runtime blocks the thread it runs in, so the caller's event loop stays free only then. Costs
   * about 0.2 ms a run. Default false.
   */
  readonly worker?: boolean;
  /** Which operators models are made of. Default: what suits the device. `'webgpu'` leaves out what that provider lacks. */
  readonly dialect?: Dialect;
}

const NAMES: readonly string[] = ['device', 'threads', 'spinning', 'graphOptimizationLevel', 'worker', 'dialect'];

/**
 * The ONNX Runtime backend for Node: a program becomes an ONNX model, and a run of it is one call of the runtime.
 * @throws ValueError for an option outside its domain; BackendError when onnxruntime-node cannot be loaded (at the first use).
 */
export function onnx(options: OnnxOptions = {}): Backend {
  expectOptions('onnx', options, NAMES);
  const {
    device = 'cpu',
    threads = defaultThreads(),
    spinning = true,
    graphOptimizationLevel,
    dialect = 'cpu',
    worker = false,
  } = options;
  expectOneOf('device', device, ['cpu']);
  expectOneOf('dialect', dialect, ['cpu', 'webgpu']);
  expectOneOf('graphOptimizationLevel', graphOptimizationLevel ?? 'extended', ['disabled', 'basic', 'extended', 'all']);
  expectThreads(threads);
  const sessionOptions = { threads, spinning, graphOptimizationLevel };
  const lowerOptions = { dialect, threads };
  const name = `onnx:${device}`;
  return worker
    ? backendOn(workerHost(sessionOptions), name, lowerOptions)
    : backendOn(localHost(sessionOptions), name, lowerOptions);
}

function backendOn<H extends HeldState>(host: Host<H>, name: string, options: LowerOptions): Backend {
  return createBackend<H>({
    name,
    compile: (program) => host.open(planOf(program, options), () => loopPlanOf(program, options)),
    state: () => host.state(),
    dispose: () => host.dispose(),
  });
}

function expectOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new ValueError(`the ONNX backend was given an invalid ${option}`, {
    path: option,
    received: value,
    expected: allowed.join(', '),
  });
}
