import type * as Ort from 'onnxruntime-node';

export type { Ort };

/** ONNX Runtime, ready to open sessions. */
export interface Runtime {
  readonly ort: typeof Ort;
  /** What its users should know about how it runs here. */
  readonly notes: readonly string[];
}
