import { availableParallelism } from 'node:os';
import { BackendError, ValueError } from '@descent/core/backend';
import type * as Ort from 'onnxruntime-node';

export type { Ort };

/** Options of a session; see `OnnxOptions`. */
export interface SessionOptions {
  readonly threads: number;
  readonly spinning: boolean;
  readonly graphOptimizationLevel: 'disabled' | 'basic' | 'extended' | 'all';
}

/** Loads onnxruntime-node. Throws a `BackendError` that says what to do when it is missing or does not fit the machine. */
export async function loadRuntime(): Promise<typeof Ort> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new BackendError('ONNX Runtime could not be loaded', {
      received: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      expected:
        'the npm package onnxruntime-node, with binaries for this platform (Linux x64 or arm64, Windows x64 or arm64, macOS arm64)',
      fix: 'npm install onnxruntime-node; where install scripts may not download, set ONNXRUNTIME_NODE_INSTALL=skip. On other platforms use another backend',
      cause,
    });
  }
}

/** As many threads as the process has cores. */
export function defaultThreads(): number {
  return availableParallelism();
}

/** Throws a `ValueError` for a number of threads that makes no sense. */
export function expectThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new ValueError('an ONNX Runtime session needs threads', {
    path: 'threads',
    received: `${threads}`,
    expected: `an integer of at least 1; more than the ${defaultThreads()} cores of this machine makes it slower`,
  });
}

/** Opens a session for the model in `bytes`. */
export async function createSession(
  runtime: typeof Ort,
  bytes: Uint8Array,
  options: SessionOptions,
): Promise<Ort.InferenceSession> {
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      graphOptimizationLevel: options.graphOptimizationLevel,
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      // What goes wrong is thrown; the console belongs to the user.
      logSeverityLevel: 4,
      extra: { session: { intra_op: { allow_spinning: options.spinning ? '1' : '0' } } },
    });
  } catch (cause) {
    throw new BackendError('ONNX Runtime refused a model', {
      received: cause instanceof Error ? cause.message : String(cause),
      expected: 'a model that ONNX Runtime 1.30 can run on the CPU',
      fix: 'this is a bug in Descent or in a custom op: report it together with the text of executable.describe() or printModel()',
      cause,
    });
  }
}

/** Runs a session. Throws a `BackendError` when ONNX Runtime gives up, such as for an index out of range. */
export async function runSession(
  session: Ort.InferenceSession,
  feeds: Ort.InferenceSession.FeedsType,
): Promise<Ort.InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw new BackendError('ONNX Runtime could not run the program', {
      received: cause instanceof Error ? cause.message : String(cause),
      expected:
        'indices from 0 to the size of their axis less one (negative ones are reported as that size), and memory for all results',
      fix: 'check the values that are fed; the text above names the operator, and executable.describe() shows where it stands',
      cause,
    });
  }
}
