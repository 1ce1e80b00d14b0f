import { type Backend, checkProgram, lifetime, type State, ValueError } from '@descent/core/backend';
import { createExecutable } from './executable.ts';
import { lowerGraph } from './lower.ts';
import type { Dialect } from './lowerings/context.ts';
import { toBytes } from './model/to-proto.ts';
import { createSession, defaultThreads, expectThreads, loadRuntime, type SessionOptions } from './session.ts';
import { createState, type Held } from './state.ts';

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
  /** How far ONNX Runtime rewrites a model. Default `'extended'`; `'all'` is slower for networks with pooling. */
  readonly graphOptimizationLevel?: SessionOptions['graphOptimizationLevel'];
  /** Which operators models are made of. Default: what suits the device. `'webgpu'` leaves out what that provider lacks. */
  readonly dialect?: Dialect;
}

/**
 * The ONNX Runtime backend for Node: a program becomes an ONNX model, and a run of it is one call of the runtime.
 * @throws ValueError for an option outside its domain; BackendError when onnxruntime-node cannot be loaded (at the first use).
 */
export function onnx(options: OnnxOptions = {}): Backend {
  const {
    device = 'cpu',
    threads = defaultThreads(),
    spinning = true,
    graphOptimizationLevel = 'extended',
    dialect = 'cpu',
  } = options;
  expectOneOf('device', device, ['cpu']);
  expectOneOf('dialect', dialect, ['cpu', 'webgpu']);
  expectOneOf('graphOptimizationLevel', graphOptimizationLevel, ['disabled', 'basic', 'extended', 'all']);
  expectThreads(threads);
  const sessionOptions = { threads, spinning, graphOptimizationLevel };
  const alive = lifetime('the ONNX backend');
  const states = new WeakMap<State, Held>();
  return {
    name: `onnx:${device}`,
    async compile(program) {
      alive.check();
      checkProgram(program);
      const lowerOptions = { dialect, threads };
      const lowered = lowerGraph(program.graph, lowerOptions);
      const runtime = await loadRuntime();
      const session = await createSession(runtime, toBytes(lowered.model), sessionOptions);
      return createExecutable({
        program,
        lowered,
        session,
        runtime,
        lowerOptions,
        sessionOptions,
        states,
        owner: alive,
      });
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(await loadRuntime(), alive);
      await state.write(entries);
      states.set(state, held);
      return state;
    },
    async dispose() {
      alive.end();
    },
  };
}

function expectOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new ValueError(`the ONNX backend was given an invalid ${option}`, {
    path: option,
    received: value,
    expected: allowed.join(', '),
  });
}
