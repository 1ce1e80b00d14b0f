export {
  compareOnnx,
  drawOnnx,
  exportGradients,
  exportOnnx,
  exportTraining,
  inspectOnnx,
  loadOnnx,
  quantizeOnnx,
} from '#reading';
export {
  type CpuOptions,
  type OnnxOptions,
  onnx,
  type ProviderOptions,
  type WasmOptions,
  type WebGpuOptions,
} from '../backend.ts';
export { onnxBackends } from '../backends.ts';
export type { Choices, MeasuredChoices } from '../choices/choice-options.ts';
export type { DeviceName, Fallback, WasmPaths } from '../device/names.ts';
export type { ExportOptions, ExportResult, UnprovedExport } from '../export/export-onnx.ts';
export type { ModelMetadata } from '../export/metadata.ts';
export type { Proof, VerifyOptions } from '../export/prove.ts';
export type { ExportGradientsOptions, GradientsExport } from '../gradients/export-gradients.ts';
export type { WithRespectTo } from '../gradients/gradient-graph.ts';
export type { GradientOf } from '../gradients/scalar.ts';
export { type AddedHead, type AddHeadOptions, addHead } from '../import/add-head.ts';
export { type ImportedModel, type ImportOptions, importOnnx } from '../import/import-onnx.ts';
export { type LikeFile, likeFile } from '../import/like-file.ts';
export { type ReplacedHead, type ReplaceHeadOptions, replaceHead } from '../import/replace-head.ts';
export type { KeptBecause, Trainable } from '../import/trainable.ts';
export type { LoadOptions, OnnxModelFile, RunOptions } from '../inference/load-onnx.ts';
export type { ForeignType, Port } from '../inference/ports.ts';
export type { CompareOptions, OnnxChange, OnnxDifferences, WeightChange } from '../inspect/compare-onnx.ts';
export type { DrawOnnxOptions } from '../inspect/draw-onnx.ts';
export type { OnnxFacts, OpCount, WeightFacts } from '../inspect/inspect-onnx.ts';
export type { GivenFiles, ModelSource } from '../inspect/source.ts';
export type { ValueFacts } from '../inspect/value-facts.ts';
export type { Dialect } from '../lowerings/context.ts';
export { printModel } from '../model/print.ts';
export type { LayerError } from '../quantize/layer-errors.ts';
export type { QuantizationScheme, QuantizeOptions } from '../quantize/options.ts';
export type { QuantizationReport, Quantized } from '../quantize/quantize-onnx.ts';
export type { CalibrationMethod } from '../quantize/ranges.ts';
export type { Samples } from '../quantize/samples.ts';
export type { Evaluation, Score } from '../quantize/score.ts';
export type { Speed } from '../quantize/speed.ts';
export type { KeptNode } from '../quantize/transforms.ts';
export type { ExportTrainingOptions, TrainingExport } from '../training/export-training.ts';
export type { ManifestFile, ManifestPort, PortRole } from '../training/file-ports.ts';
export type { TrainingManifest } from '../training/manifest.ts';
export { readTrainingState } from '../training/read-state.ts';
