import { BackendError } from '@descent/core/backend';
import type { ModelBytes } from '../model/constants.ts';
import type { OptimizationLevel } from '../optimization-level.ts';
import type { Ort } from '../runtime/runtime.ts';
import { notStarted } from './needs.ts';
import type { DeviceOptions } from './options.ts';
import { providerOf } from './providers.ts';
import { TRAITS } from './traits.ts';

/** A model to open. */
export interface Model {
  readonly bytes: Uint8Array;
  /** What the model names as stored elsewhere. ONNX Runtime copies it. */
  readonly externalData?: ModelBytes['externalData'];
  /** The level that suits it, default `'extended'`. */
  readonly level?: OptimizationLevel;
  /** Where the model comes from, if somebody else may have written it: it is to blame when the runtime refuses it. */
  readonly path?: string;
  /** Whether it is asked now and then, not in one run after the other: threads that have nothing to do wait busily for a moment only. Default false. */
  readonly isAsked?: boolean;
  /** Whether integers that stand for weights become float32 once, when the model is opened, and not in each run. Default false. */
  readonly dequantizesOnce?: boolean;
  /** Outputs that stay on the device, where it has memory of its own. Default none. */
  readonly resident?: readonly string[];
  /** Whether operators that the device does not have may run on the processor. Default: not on devices that are none themselves. */
  readonly mayFallBack?: boolean;
}

/**
 * Microseconds that a thread waits busily for more work: enough from one operator to the next. By default ONNX Runtime's threads keep a core
 * busy for about 45 ms after each run.
 */
const SPIN_WHEN_ASKED = 200;

/** Opens a session for a model. */
export async function createSession(
  ort: typeof Ort,
  model: Model,
  options: DeviceOptions,
): Promise<Ort.InferenceSession> {
  const { device, threads, spinning, graphOptimizationLevel } = options;
  const { bytes, externalData = [], level = 'extended', path, resident = [] } = model;
  const { isAsked = false, mayFallBack = false, dequantizesOnce = false } = model;
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: [providerOf(options)],
      executionMode: 'sequential',
      graphOptimizationLevel: graphOptimizationLevel ?? level,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // What goes wrong is thrown; the console belongs to the user.
      logSeverityLevel: 4,
      // Bytes could claim to be of the runtime's other format, which is not checked here.
      extra: {
        session: {
          intra_op: {
            allow_spinning: spinning ? '1' : '0',
            ...(isAsked && { spin_duration_us: `${SPIN_WHEN_ASKED}` }),
          },
          load_model_format: 'ONNX',
          ...(dequantizesOnce && { disable_quant_qdq: '1' }),
          disable_cpu_ep_fallback: mayFallBack || TRAITS[device].isProcessor ? '0' : '1',
        },
      },
      ...(TRAITS[device].memory === 'gpu' && {
        preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, 'gpu-buffer'])),
      }),
      ...(externalData.length > 0 && { externalData }),
    });
  } catch (cause) {
    if (NOT_STARTED.test(reasonOf(cause))) throw await notStarted(device, cause);
    if (FALLBACK.test(reasonOf(cause))) throw fallenBack(device, path, cause);
    if (path !== undefined) throw refusedFile(device, path, cause);
    throw new BackendError('ONNX Runtime refused a model', {
      received: reasonOf(cause),
      expected: `a model that ONNX Runtime 1.30 can run on onnx:${device}`,
      fix: 'this is a bug in Descent or in a custom op: report it together with the text of executable.describe() or printModel()',
      cause,
    });
  }
}

/** How ONNX Runtime Web says that its WebAssembly did not start, before it looked at any model. */
const NOT_STARTED = /no available backend found/;
const FALLBACK = /fallback to CPU EP has been explicitly disabled/;
const FALLEN_BACK = 'the provider of the device hands operators back to the processor';

/** Whether `error` says that a model was not opened because the device does not have all of its operators. Errors come from other threads, too. */
export function isFallback(error: unknown): boolean {
  return error instanceof BackendError && error.summary === FALLEN_BACK;
}

function fallenBack(device: string, path: string | undefined, cause: unknown): BackendError {
  return new BackendError(FALLEN_BACK, {
    ...(path !== undefined && { path }),
    received: reasonOf(cause),
    expected: `a model whose operators onnx:${device} has`,
    fix: "use another device, or fallback: 'allow', if it may be slow",
    cause,
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function refusedFile(device: string, path: string, cause: unknown): BackendError {
  const received = reasonOf(cause);
  const newer =
    /opset|ir_version|IR version|not a registered function|No Op registered|NOT_IMPLEMENTED|Could not find an implementation/i;
  return new BackendError('ONNX Runtime cannot open this model', {
    path,
    received,
    expected: `a valid model of operators that ONNX Runtime 1.30 has for onnx:${device}`,
    fix: newer.test(received)
      ? 'export the model with an older opset, and without custom operators'
      : 'export the model again; python -m onnx.checker says more about a damaged one',
    cause,
  });
}

/**
 * Runs a session. When ONNX Runtime gives up, such as for an index out of range, throws what `failure` makes of its reason, by default a
 * `BackendError` about a program.
 */
export async function runSession(
  session: Ort.InferenceSession,
  feeds: Ort.InferenceSession.FeedsType,
  failure: (cause: unknown) => Error = programFailure,
): Promise<Ort.InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw failure(cause);
  }
}

/** The error for a program that the runtime gave up. */
export function programFailure(cause: unknown): BackendError {
  return new BackendError('ONNX Runtime could not run the program', {
    received: reasonOf(cause),
    expected:
      'indices from 0 to the size of their axis less one (negative ones are reported as that size), and memory for all results',
    fix: 'check the values that are fed; the text above names the operator, and executable.describe() shows where it stands',
    cause,
  });
}
