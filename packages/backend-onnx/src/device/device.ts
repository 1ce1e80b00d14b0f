import { loadRuntime } from '#runtime';
import type { Ort } from '../runtime/runtime.ts';
import { hostMemory, type Memory } from './memory.ts';
import type { DeviceOptions } from './options.ts';
import { createSession, type Model } from './session.ts';

/** Something that runs models: an execution provider of ONNX Runtime, and the memory that goes with it. */
export interface Device {
  readonly ort: typeof Ort;
  readonly memory: Memory;
  /** What its users should know about how it runs here. */
  readonly notes: readonly string[];
  /** Opens a session. Throws a `BackendError` when the runtime refuses the model. */
  open(model: Model): Promise<Ort.InferenceSession>;
}

/** Loads what runs the device. Throws a `BackendError` that says what is missing. */
export async function openDevice(options: DeviceOptions): Promise<Device> {
  const { ort, notes } = await loadRuntime(options);
  return { ort, memory: hostMemory(ort), notes, open: (model) => createSession(ort, model, options) };
}
