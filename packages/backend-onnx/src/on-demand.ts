import type { ArraysOf, Layer, Node, Tensors } from '@descent/core';
import type { ExportOptions, ExportResult, UnprovedExport } from './export/export-onnx.ts';
import type { VerifyOptions } from './export/prove.ts';
import type { ExportGradientsOptions, GradientsExport } from './gradients/export-gradients.ts';
import type { LoadOptions, OnnxModelFile } from './inference/load-onnx.ts';
import type { CompareOptions, OnnxDifferences } from './inspect/compare-onnx.ts';
import type { DrawOnnxOptions } from './inspect/draw-onnx.ts';
import type { OnnxFacts } from './inspect/inspect-onnx.ts';
import type { ModelSource } from './inspect/source.ts';
import type { QuantizeOptions } from './quantize/options.ts';
import type { Quantized } from './quantize/quantize-onnx.ts';
import type { ExportTrainingOptions, TrainingExport } from './training/export-training.ts';

// What reads and writes files loads when it is called: importing it took a process that only trains longer than compiling a small network.

/**
 * Writes `model` as an ONNX file: named input `input` and an output named for what it is, such as `logits` or `probabilities`; several
 * inputs and outputs keep their names. Parameters have their own names (with a number behind those that are called like an input or output),
 * nodes are called like the layer that they are a part of, nothing is left from training. The file is proved: it runs in a fresh session on 16 random samples or on yours, in batches of several
 * sizes and with open axes of several sizes, and its outputs are compared with those of core's reference interpreter.
 * @throws ShapeError naming layer and op when the network depends on the size of an open axis in a way that no file can, StateError when the
 * parameters are another network's, ValueError for options that do not fit and for an operator that the opset does not have, FileError when nothing can be written to `path`, NumericError when the proof fails.
 */
export async function exportOnnx<In extends Tensors = Node, Out extends Tensors = Node>(
  model: Layer<In, Out>,
  options: ExportOptions<In> & { readonly verify?: VerifyOptions<ArraysOf<In>> },
): Promise<ExportResult>;
export async function exportOnnx<In extends Tensors = Node, Out extends Tensors = Node>(
  model: Layer<In, Out>,
  options: ExportOptions<In>,
): Promise<ExportResult | UnprovedExport>;
export async function exportOnnx<In extends Tensors = Node, Out extends Tensors = Node>(
  model: Layer<In, Out>,
  options: ExportOptions<In>,
): Promise<ExportResult | UnprovedExport> {
  return (await import('./export/export-onnx.ts')).exportOnnx(model, options);
}

/**
 * An ONNX file that gives what the network gives, a scalar `value` of it, and the gradients of that scalar, by standard operators: saliency, adversarial inputs and inputs
 * found by optimisation, in any program with ONNX Runtime. Gradients are outputs `gradient/input` (or by the input's name) and `gradient/` with the name of a weight. The network
 * is as it is for inference: dropout does nothing, batch normalizations use their running statistics.
 * @throws as `exportOnnx`; DTypeError for inputs of whole numbers, NotDifferentiableError for a network with an operation that has no gradient.
 */
export async function exportGradients<In extends Tensors = Node, Out extends Tensors = Node>(
  model: Layer<In, Out>,
  options: ExportGradientsOptions<In>,
): Promise<GradientsExport> {
  return (await import('./gradients/export-gradients.ts')).exportGradients(model, options);
}

/**
 * Opens an ONNX file, given by its path or its bytes: one that `exportOnnx` wrote, or any other. Element types that Descent does not have
 * are converted: float16 and float64 to and from float32, other integers to and from int32; a number that does not fit is refused.
 * Files are data: nothing in them is executed but ONNX operators, and nothing is read but the file and the weights beside it.
 * @throws BackendError naming the file when it is missing, damaged, incomplete, or not a model that ONNX Runtime can run.
 */
export async function loadOnnx(source: string | Uint8Array, options: LoadOptions = {}): Promise<OnnxModelFile> {
  return (await import('./inference/load-onnx.ts')).loadOnnx(source, options);
}

/**
 * What differs between two ONNX files: versions, inputs and outputs, operators, nodes and weights by name and by how much, metadata. Weights in files beside them are
 * read. Nothing is run.
 * @throws BackendError naming the file when one is missing, damaged or no model.
 */
export async function compareOnnx(
  before: ModelSource,
  after: ModelSource,
  options: CompareOptions = {},
): Promise<OnnxDifferences> {
  return (await import('./inspect/compare-onnx.ts')).compareOnnx(before, after, options);
}

/**
 * A picture of an ONNX file, as the text of an SVG: a box for each node of the main graph, with its shape where the file tells it and with the size of
 * its weights. Constants are not drawn.
 * @throws BackendError when the file is no model or its nodes stand in no order; ValueError when it has more nodes than `maxBoxes`.
 */
export async function drawOnnx(source: ModelSource, options: DrawOnnxOptions = {}): Promise<string> {
  return (await import('./inspect/draw-onnx.ts')).drawOnnx(source, options);
}

/**
 * What stands in an ONNX file, given by its path or its bytes: inputs and outputs, operators, weights, versions and metadata. Nothing is run, and files
 * beside it are not opened, so that any file may be looked at.
 * @throws BackendError naming the file when it is missing, damaged or no model.
 */
export async function inspectOnnx(source: ModelSource): Promise<OnnxFacts> {
  return (await import('./inspect/inspect-onnx.ts')).inspectOnnx(source);
}

/**
 * Writes an ONNX file with fewer bits a number, of any float32 file: one that `exportOnnx` wrote, or any other. Both are compared on samples held out, and the new one is refused
 * where it loses more than `maxLoss`. Names, inputs, outputs and metadata stay.
 * @throws ValueError for options that do not fit, or when there is nothing to quantise; NumericError when the file loses too much, or for weights and samples that
 * are not finite; BackendError naming the file when it is missing, damaged or cannot be run.
 */
export async function quantizeOnnx(source: ModelSource, options: QuantizeOptions): Promise<Quantized> {
  return (await import('./quantize/quantize-onnx.ts')).quantizeOnnx(source, options);
}

/**
 * Training as files: `train_step.onnx`, `evaluate.onnx` and `predict.onnx` of standard operators, the state before the first step as
 * `state.safetensors`, and `manifest.json`, which says what to feed. Whatever runs ONNX models trains with them, without Descent; `readTrainingState`
 * brings the weights back. The folder's manifest is written last.
 * @throws as `createTrainer` for parts that are none; ShapeError, DTypeError or ValueError for a sample, a target or an option that does not fit;
 * FileError when nothing can be written to `folder`.
 */
export async function exportTraining<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
>(model: Layer<In, Out>, options: ExportTrainingOptions<In, Out, Target>): Promise<TrainingExport> {
  return (await import('./training/export-training.ts')).exportTraining(model, options);
}
