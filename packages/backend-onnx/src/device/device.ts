import { loadRuntime } from '#runtime';
import type { Ort } from '../runtime/runtime.ts';
import { hostMemory, type Memory } from './memory.ts';
import { findOffering, type Offering } from './offering.ts';
import type { DeviceOptions } from './options.ts';
import { expectDevice } from './probe.ts';
import { createSession, type Model, runSession } from './session.ts';
import { type DeviceTraits, TRAITS } from './traits.ts';

/** Something that runs models: an execution provider of ONNX Runtime, and the memory that goes with it. */
export interface Device {
  readonly ort: typeof Ort;
  readonly traits: DeviceTraits;
  readonly memory: Memory;
  /** What its users should know about how it runs here. */
  readonly notes: readonly string[];
  /** Opens a session. Throws a `BackendError` when the runtime refuses the model. */
  open(model: Model): Promise<Ort.InferenceSession>;
  /** Runs one. Throws what `failure` makes of the reason when the runtime gives up, by default a `BackendError` about a program. */
  run(
    session: Ort.InferenceSession,
    feeds: Ort.InferenceSession.FeedsType,
    failure?: (cause: unknown) => Error,
  ): Promise<Ort.InferenceSession.ReturnType>;
  /** How to run a session so that it writes its results into offered arrays; `null` where that is not possible, or nothing is gained. */
  offering(): Promise<Offering | null>;
  /** Frees one; a second time nothing happens. */
  close(session: Ort.InferenceSession): Promise<void>;
  /** Gives the device back, once all other sessions are closed. */
  end(): Promise<void>;
}

/** Loads what runs the device. Throws a `BackendError` that says what is missing. */
export async function openDevice(options: DeviceOptions): Promise<Device> {
  const { ort, notes } = await loadRuntime(options);
  const traits = TRAITS[options.device];
  const inTurn = traits.memory === 'gpu' ? turnsOf(ort) : atOnce;
  const open: Device['open'] = (model) => inTurn(() => createSession(ort, model, options));
  const run: Device['run'] = (session, feeds, failure) => inTurn(() => runSession(session, feeds, failure));
  const close: Device['close'] = (session) => inTurn(() => session.release()).catch(() => {});
  const memory =
    traits.memory === 'gpu' ? (await import('./gpu-memory.ts')).gpuMemory(ort, open, run) : hostMemory(ort);
  let found: Promise<Offering | null> | undefined;
  const offering = (): Promise<Offering | null> => {
    found ??= traits.copiesResults === true ? findOffering(ort, (bytes) => open({ bytes })) : Promise.resolve(null);
    return found;
  };
  // Without a step in between: this is called for each run.
  const device = { ort, traits, notes, memory, open, offering, close, run: inTurn === atOnce ? runSession : run };
  const kept = traits.isProcessor ? undefined : await expectDevice(device, options.device);
  return { ...device, end: async () => (kept === undefined ? undefined : close(kept)) };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

const atOnce: InTurn = (work) => work();

/** Runtimes that are being waited for: the last thing that each was asked to do. */
const last = new WeakMap<object, Promise<unknown>>();

/** Does one thing after the other: WebAssembly that waits for a graphics device cannot be entered a second time. */
function turnsOf(ort: typeof Ort): InTurn {
  return (work) => {
    const result = (last.get(ort.env) ?? Promise.resolve()).then(work);
    last.set(
      ort.env,
      result.catch(() => {}),
    );
    return result;
  };
}
