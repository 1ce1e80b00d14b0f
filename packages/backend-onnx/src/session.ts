import { availableParallelism } from 'node:os';
import { BackendError, ValueError } from '@descent/core/backend';
import type * as Ort from 'onnxruntime-node';
import type { OptimizationLevel } from './optimization-level.ts';

export type { Ort };

/** Options of a session; see `OnnxOptions`. */
export interface SessionOptions {
  readonly threads: number;
  readonly spinning: boolean;
  /** Default: what the model is said to be suited to. */
  readonly graphOptimizationLevel?: OptimizationLevel | undefined;
}

/** A model that somebody else may have written: it is to blame when the runtime refuses it. */
export interface ModelFile {
  readonly path: string;
  /** What the model names as stored elsewhere, already read. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
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

/** What is known of a model besides its bytes. */
interface ModelOptions {
  readonly file?: ModelFile;
  /** The level that suits it, default `'extended'`. */
  readonly level?: OptimizationLevel;
}

/** Opens a session for the model in `bytes`. */
export async function createSession(
  runtime: typeof Ort,
  bytes: Uint8Array,
  { file, level = 'extended', ...options }: SessionOptions & ModelOptions,
): Promise<Ort.InferenceSession> {
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      graphOptimizationLevel: options.graphOptimizationLevel ?? level,
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      // What goes wrong is thrown; the console belongs to the user.
      logSeverityLevel: 4,
      // Bytes could claim to be of the runtime's other format, which is not checked here.
      extra: { session: { intra_op: { allow_spinning: options.spinning ? '1' : '0' }, load_model_format: 'ONNX' } },
      ...(file !== undefined && file.externalData.length > 0 && { externalData: file.externalData }),
    });
  } catch (cause) {
    if (file !== undefined) throw refusedFile(file.path, cause);
    throw new BackendError('ONNX Runtime refused a model', {
      received: cause instanceof Error ? cause.message : String(cause),
      expected: 'a model that ONNX Runtime 1.30 can run on the CPU',
      fix: 'this is a bug in Descent or in a custom op: report it together with the text of executable.describe() or printModel()',
      cause,
    });
  }
}

function refusedFile(path: string, cause: unknown): BackendError {
  const received = cause instanceof Error ? cause.message : String(cause);
  const newer =
    /opset|ir_version|IR version|not a registered function|No Op registered|NOT_IMPLEMENTED|Could not find an implementation/i;
  return new BackendError('ONNX Runtime cannot open this model', {
    path,
    received,
    expected: 'a valid model of operators that ONNX Runtime 1.30 has for the CPU',
    fix: newer.test(received)
      ? 'export the model with an older opset, and without custom operators'
      : 'export the model again; python -m onnx.checker says more about a damaged one',
    cause,
  });
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
