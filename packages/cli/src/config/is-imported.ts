import type { ImportedNetwork } from './define-config.ts';

/** Whether a network of a config is an ONNX file that has not been read. */
export function isImported(value: unknown): value is ImportedNetwork {
  return typeof value === 'object' && value !== null && 'importOnnx' in value;
}
