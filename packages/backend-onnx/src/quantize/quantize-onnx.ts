import { create } from '@bufbuild/protobuf';
import { NumericError, ValueError } from '@descent/core';
import { writeAtomically } from '#files';
import { expectModelPath } from '../export/model-path.ts';
import { inlineData } from '../inference/external-data.ts';
import { expectBoundedFunctions } from '../inference/function-size.ts';
import { loadOnnx } from '../inference/load-onnx.ts';
import { modelTensors } from '../inference/model-tensors.ts';
import { byteSize } from '../inference/tensor-size.ts';
import { type ModelSource, readModel } from '../inspect/source.ts';
import { type ModelProto, type NodeProto, StringStringEntryProtoSchema } from '../proto/onnx-pb.ts';
import { planActivations } from './activations.ts';
import { calibrate } from './calibrate.ts';
import { GraphEditor, nodeName } from './editor.ts';
import { toFloat16Weights } from './float16.ts';
import { foldBatchNorms } from './fold-batch-norm.ts';
import { foldTransposes } from './fold-transposes.ts';
import { toInt4 } from './int4.ts';
import { toInt8Weights } from './int8-weights.ts';
import { INT7, INT8 } from './integers.ts';
import { type LayerError, layerErrors } from './layer-errors.ts';
import { type CheckedOptions, checkedOptions, type QuantizationScheme, type QuantizeOptions } from './options.ts';
import { toQdq } from './qdq.ts';
import { namedSamples } from './samples.ts';
import { type Score, scored } from './score.ts';
import { measured, type Speed } from './speed.ts';
import type { KeptNode, Transformed } from './transforms.ts';
import { copyOf, modelBytes } from './watched.ts';

/** What quantising did to a file. */
export interface QuantizationReport {
  readonly scheme: QuantizationScheme;
  /** In bytes, of the file before with the weights in files beside it. */
  readonly size: { readonly before: number; readonly after: number };
  /** Null where nothing was compared. */
  readonly score: Score | null;
  readonly speed: Speed | null;
  /** The nodes that compute with quantised weights, those that differ most first. Empty where there were no samples. */
  readonly layers: readonly LayerError[];
  /** How many nodes were quantised. */
  readonly quantized: number;
  /** Nodes with weights that compute as before, and why. */
  readonly kept: readonly KeptNode[];
}

export interface Quantized {
  readonly bytes: Uint8Array;
  readonly report: QuantizationReport;
}

/** The entry of a file's metadata that says how it was quantised. */
export const QUANTIZATION_KEY = 'descent.quantization';

/**
 * Writes an ONNX file with fewer bits a number, of any float32 file: one that `exportOnnx` wrote, or any other. Both are compared on samples held out, and the new one is refused
 * where it loses more than `maxLoss`. Names, inputs, outputs and metadata stay.
 * @throws ValueError for options that do not fit, or when there is nothing to quantise; NumericError when the file loses too much, or for weights and samples that
 * are not finite; BackendError naming the file when it is missing, damaged or cannot be run.
 */
export async function quantizeOnnx(source: ModelSource, options: QuantizeOptions): Promise<Quantized> {
  const checked = checkedOptions(options);
  const { model, bytes, path, files } = await readModel('quantizeOnnx', source, checked.externalData);
  if (checked.path !== undefined) await expectModelPath(checked.path);
  expectBoundedFunctions(model, path);
  const outside = externalBytes(model);
  await inlineData(model, path, files);
  const original = copyOf(model);
  expectExcluded(model, checked.exclude, path);
  const { transformed, compared, result } = await transform(model, path, checked);
  if (transformed.nodes.length === 0) throw nothingToDo(transformed.kept, path, checked.to);
  addMetadata(result, checked);
  const written = modelBytes(result);
  const found = await judged({ original, compared, result, written, transformed }, checked);
  const report: QuantizationReport = {
    scheme: checked.to,
    size: { before: bytes.length + outside, after: written.length },
    ...found,
    quantized: transformed.nodes.length,
    kept: transformed.kept,
  };
  expectSmallLoss(report, checked, path);
  if (checked.path !== undefined) await writeAtomically(checked.path, written);
  return { bytes: written, report };
}

interface Changed {
  readonly transformed: Transformed;
  /** What computes in float32 what `result` shall compute, node by node. */
  readonly compared: ModelProto;
  readonly result: ModelProto;
}

async function transform(model: ModelProto, path: string, options: CheckedOptions): Promise<Changed> {
  const { to, perChannel, reduceRange, exclude, blockSize, calibration, method, percentile } = options;
  const editor = new GraphEditor(model, path);
  const excluded = new Set(exclude);
  const isExcluded = (n: NodeProto): boolean => excluded.has(nodeName(n)) || n.output.some((o) => excluded.has(o));
  const range = reduceRange ? INT7 : INT8;
  const int8 = { perChannel, range, isExcluded };
  if (to !== 'float16') foldTransposes(editor);
  if (to !== 'int8') {
    const compared = copyOf(model);
    if (to === 'int8-weights') expectOpset(editor, perChannel);
    const transformed =
      to === 'float16'
        ? toFloat16Weights(editor, isExcluded)
        : to === 'int4'
          ? toInt4(editor, { blockSize, isExcluded })
          : toInt8Weights(editor, int8);
    return { transformed, compared, result: model };
  }
  expectOpset(editor, perChannel);
  foldBatchNorms(editor);
  const compared = copyOf(model);
  const plan = planActivations(editor, isExcluded);
  if (plan.nodes.size === 0) return { transformed: { nodes: [], kept: keptOf(plan.kept) }, compared, result: model };
  const watched = plan.tensors.filter((name) => !plan.sameAs.has(name));
  const extents = await calibrate(compared, watched, { samples: calibration as never, method, percentile });
  return { transformed: toQdq(editor, plan, extents, int8), compared, result: model };
}

function keptOf(kept: readonly { readonly node: NodeProto; readonly reason: string }[]): readonly KeptNode[] {
  return kept.map(({ node, reason }) => ({ name: nodeName(node), op: node.opType, reason }));
}

async function judged(
  {
    original,
    compared,
    result,
    written,
    transformed,
  }: Changed & { readonly original: ModelProto; readonly written: Uint8Array },
  { evaluation, calibration, speed }: CheckedOptions,
): Promise<Pick<QuantizationReport, 'score' | 'speed' | 'layers'>> {
  const before = await loadOnnx(modelBytes(original), { threads: 1 });
  const after = await loadOnnx(written, { threads: 1 });
  try {
    const given = evaluation === false ? calibration : evaluation.inputs;
    if (given === undefined) return { score: null, speed: null, layers: [] };
    const samples = namedSamples(evaluation === false ? 'calibration' : 'evaluation.inputs', given, before);
    return {
      score: evaluation === false ? null : await scored(before, after, samples, evaluation),
      layers: await layerErrors(compared, result, transformed.nodes, samples),
      speed: speed ? await measured(before, after, samples) : null,
    };
  } finally {
    before.dispose();
    after.dispose();
  }
}

function expectSmallLoss(
  { score, layers, scheme }: QuantizationReport,
  { maxLoss }: CheckedOptions,
  path: string,
): void {
  if (score === null) return;
  const loss = score.before - score.after;
  // A hair for what 0.97 − 0.96 is in binary.
  if (loss <= maxLoss + 1e-12) return;
  const worst = layers.slice(0, 3).map(({ name, error }) => `'${name}' (${(100 * error).toPrecision(3)} %)`);
  throw new NumericError('the quantised file loses more than is allowed, and is not written', {
    path,
    received: `${score.name} ${score.before.toFixed(4)} → ${score.after.toFixed(4)} on ${score.samples} samples, by ${scheme}`,
    expected: `a loss of at most ${maxLoss}`,
    fix: `exclude the layers that differ most: ${worst.join(', ')}; use more samples or another method for the calibration, or more bits; or allow more: maxLoss`,
  });
}

/** Axes of `DequantizeLinear` came with opset 13, the operator itself with 10. */
function expectOpset(editor: GraphEditor, perChannel: boolean): void {
  const wanted = perChannel ? 13 : 10;
  if (editor.opset >= wanted) return;
  throw new ValueError('the opset of the file is too low for int8', {
    path: editor.path,
    received: `opset ${editor.opset}`,
    expected: `at least ${wanted}${perChannel ? ' for a scale for each channel' : ''}`,
    fix: `export the model again with a newer opset${perChannel && editor.opset >= 10 ? ', or give perChannel: false' : ''}`,
  });
}

function expectExcluded({ graph }: ModelProto, exclude: readonly string[], path: string): void {
  const names = new Set((graph?.node ?? []).flatMap((n) => [nodeName(n), ...n.output]));
  const unknown = exclude.find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new ValueError('there is no such node in the model', {
    path: 'exclude',
    received: `'${unknown}' for ${path}`,
    expected: 'names of nodes, or of what they compute',
    fix: 'printModel(bytes) and descent inspect --json show them',
  });
}

function nothingToDo(kept: readonly KeptNode[], path: string, scheme: QuantizationScheme): ValueError {
  const reasons = [...new Set(kept.map(({ name, reason }) => `'${name}': ${reason}`))].slice(0, 3);
  return new ValueError('there is nothing in the model that could be quantised', {
    path,
    received: reasons.length > 0 ? reasons.join('; ') : 'no operator with float32 weights',
    expected:
      scheme === 'int4'
        ? 'MatMul or Gemm with constant float32 matrices'
        : 'Conv, Gemm, MatMul, … with float32 weights',
    fix: 'a file that is quantised already, or stored as float16, cannot be quantised once more: use the float32 file',
  });
}

function externalBytes(model: ModelProto): number {
  const outside = modelTensors(model).filter(({ tensor }) => tensor.externalData.length > 0);
  return outside.reduce((sum, { tensor }) => sum + (byteSize(tensor) ?? 0), 0);
}

function addMetadata(model: ModelProto, { to, method, perChannel, blockSize, percentile }: CheckedOptions): void {
  const value = JSON.stringify({
    scheme: to,
    ...(to === 'int8' && { method, ...(method === 'percentile' && { percentile }) }),
    ...((to === 'int8' || to === 'int8-weights') && { perChannel }),
    ...(to === 'int4' && { blockSize }),
  });
  model.metadataProps = [
    ...model.metadataProps.filter(({ key }) => key !== QUANTIZATION_KEY),
    create(StringStringEntryProtoSchema, { key: QUANTIZATION_KEY, value }),
  ];
}
