import type { Dialect } from '../lowerings/context.ts';
import type { DeviceName } from './names.ts';

/** What has to be known of a device to write models for it and to run them there. */
export interface DeviceTraits {
  /** Which operators its models may use. */
  readonly dialect: Dialect;
  /** Whether the tensors of a state are arrays of JavaScript, or stay in buffers of a graphics device. */
  readonly memory: 'host' | 'gpu';
  /**
   * Whether several steps are one run of a model with a loop; as many runs, whose results are read when all are under way; or one run after the
   * other. Without memory of its own, a device gets its weights once a run.
   */
  readonly steps: 'loop' | 'ahead' | 'runs';
  /** Whether operators are computed by the processor natively, which has them all, or by something else, which may lack some. */
  readonly isProcessor: boolean;
  /** How many bytes of constants a program may have, for which the provider prepares itself. Default none. */
  readonly constantBytes?: number;
  /** Whether large entries of the state that stay as they are become constants of sessions, since all that is fed travels in each run. Default false. */
  readonly keepsSteady?: boolean;
  /** Whether each result is copied into new memory, also where memory was offered for it and has it already. Default false. */
  readonly copiesResults?: boolean;
  /** The options that mean something for it, besides those of every device. */
  readonly options: readonly string[];
}

const PROCESSOR = { dialect: 'cpu', memory: 'host', steps: 'loop', isProcessor: true } as const;
const GRAPHICS = { dialect: 'webgpu', memory: 'host', steps: 'runs', isProcessor: false } as const;

/** The devices. Lowering asks them for their dialect only, so there is one table of lowerings for all. */
export const TRAITS: Readonly<Record<DeviceName, DeviceTraits>> = {
  // ONNX Runtime takes no larger tensor from memory.
  cpu: { ...PROCESSOR, constantBytes: 2 ** 31, copiesResults: true, options: ['threads', 'spinning', 'choices'] },
  // While a session opens they are there three times, in 4 GB.
  wasm: { ...PROCESSOR, constantBytes: 2 ** 30, options: ['threads', 'wasmPaths'] },
  // The provider has no loops, and its tensors can stay.
  webgpu: { ...GRAPHICS, memory: 'gpu', steps: 'ahead', options: ['wasmPaths', 'fallback', 'rememberChecks'] },
  // onnxruntime-node keeps tensors in the memory of WebGPU alone: here all inputs come from the processor, and all outputs go back there.
  cuda: { ...GRAPHICS, steps: 'loop', keepsSteady: true, options: ['deviceId', 'fallback', 'rememberChecks'] },
  dml: { ...GRAPHICS, keepsSteady: true, options: ['deviceId', 'fallback', 'rememberChecks'] },
  coreml: { ...GRAPHICS, options: ['fallback', 'rememberChecks'] },
};
