export {
  type CpuOptions,
  type OnnxOptions,
  onnx,
  type ProviderOptions,
  type WasmOptions,
  type WebGpuOptions,
} from '../backend.ts';
export { onnxBackends } from '../backends.ts';
export type { DeviceName, Fallback, WasmPaths } from '../device/names.ts';
export { type ExportOptions, type ExportResult, exportOnnx, type UnprovedExport } from '../export/export-onnx.ts';
export type { ModelMetadata } from '../export/metadata.ts';
export type { Proof, VerifyOptions } from '../export/prove.ts';
export { type LoadOptions, loadOnnx, type OnnxModelFile } from '../inference/load-onnx.ts';
export type { ForeignType, Port } from '../inference/ports.ts';
export type { Dialect } from '../lowerings/context.ts';
export { printModel } from '../model/print.ts';
