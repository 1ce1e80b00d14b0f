import type { Dialect } from '../lowerings/context.ts';
import type { DeviceName } from './names.ts';

/** What has to be known of a device to write models for it and to run them there. */
export interface DeviceTraits {
  /** Which operators its models may use. */
  readonly dialect: Dialect;
  /** The npm package that runs it. */
  readonly runtime: 'onnxruntime-node' | 'onnxruntime-web';
  /** What ONNX Runtime calls it. */
  readonly provider: string;
  /** The options that mean something for it, besides those of every device. */
  readonly options: readonly string[];
}

/** The devices. Lowering asks them for their dialect only, so there is one table of lowerings for all. */
export const TRAITS: Readonly<Record<DeviceName, DeviceTraits>> = {
  cpu: { dialect: 'cpu', runtime: 'onnxruntime-node', provider: 'cpu', options: ['threads', 'spinning'] },
  wasm: { dialect: 'cpu', runtime: 'onnxruntime-web', provider: 'wasm', options: ['threads', 'wasmPaths'] },
};
