import type {
  AddedHead,
  AddHeadOptions,
  DeviceName,
  ExportGradientsOptions,
  ExportOptions,
  ExportTrainingOptions,
  GradientsExport,
  ImportedModel,
  LikeFile,
  OnnxDifferences,
  OnnxFacts,
  OnnxModelFile,
  Quantized,
  QuantizeOptions,
  ReplacedHead,
  ReplaceHeadOptions,
  TrainingExport,
  VerifyOptions,
} from '@descent/backend-onnx';
import {
  DescentError,
  forwardGraph,
  type ImagePreprocessing,
  initParameters,
  type Layer,
  type Loss,
  type NDArray,
  type NDArrays,
  type OpenSampleType,
  type Parameters,
  type SampleType,
  type Tree,
} from '@descent/core';
import type { ImportedNetwork } from './config/define-config.ts';
import type { ExportedSample } from './config/exported.ts';
import { kindOfTask } from './config/loss.ts';
import type { Preparation } from './config/preparation.ts';
import { mistakeAt, reason } from './errors.ts';

// What is done with ONNX files. The package is loaded on first use, so that all else works where it has no binary.

export type { OnnxModelFile };

export interface ExportRequest {
  readonly parameters: Parameters;
  readonly sample: Tree<SampleType>;
  /** What the file takes. Default: `sample`. */
  readonly exported?: Pick<ExportedSample, 'sample' | 'axes'>;
  readonly path: string;
  readonly labels: readonly string[];
  readonly preprocessing: ImagePreprocessing | null;
  /** How what people have becomes inputs: its entries are in the metadata of the file. */
  readonly preparation?: Preparation;
  /** Whether it was trained on pictures with boxes: `boxes` in the metadata of the file. */
  readonly hasBoxes?: boolean;
  /** Real samples, `[n, …sample]`, that the file is checked with. */
  readonly inputs: NDArrays;
  readonly batch?: 'dynamic' | number;
  readonly opset?: number;
  readonly softmax?: boolean;
  /** What the network was trained with. */
  readonly loss?: Loss;
}

export interface ExportedFile {
  readonly path: string;
  readonly size: number;
  /** Between the file in a fresh session and the network in the reference interpreter. */
  readonly maxAbsDifference: number;
  /** The same as a share of the largest output. */
  readonly maxRelativeDifference: number;
  readonly samples: number;
}

/** Writes an ONNX file whose outputs for `inputs` are the network's. Throws a NumericError when the file computes something else than the network. */
export async function exportOnnx(model: Layer, request: ExportRequest): Promise<ExportedFile> {
  const {
    path,
    parameters,
    sample,
    exported = { sample },
    inputs,
    labels,
    preprocessing,
    preparation = {},
    hasBoxes = false,
    batch,
    opset,
    softmax,
    loss,
  } = request;
  // Of several outputs each is something of its own.
  const isOne = forwardGraph(model, sample, { batch: 2 }).outputs.has('output');
  const output = loss === undefined || !isOne ? null : kindOfTask(loss, labels);
  // Labels in the file are those of the last axis.
  const classesAreLast = (loss?.classAxis ?? -1) === -1;
  const metadata = {
    ...preparation,
    ...(hasBoxes && { boxes: true }),
    ...(isOne && !classesAreLast && labels.length > 0 && { classes: labels }),
  };
  const options: ExportOptions & { readonly verify: VerifyOptions } = {
    parameters,
    path,
    // The compiler takes the network of a config for one of one array; what it really takes, it says itself.
    sample: exported.sample as SampleType,
    ...(exported.axes !== undefined && { axes: exported.axes }),
    verify: { inputs: inputs as NDArray },
    ...(loss !== undefined && { loss }),
    ...(output !== null && { output }),
    ...(isOne && classesAreLast && labels.length > 0 && { labels }),
    ...(preprocessing !== null && { preprocessing }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(batch !== undefined && { batch }),
    ...(opset !== undefined && { opset }),
    ...(softmax !== undefined && { softmax }),
  };
  const { bytes, externalData, maxAbsDifference, maxRelativeDifference, samples } = await (
    await importOnnx()
  ).exportOnnx(model, options);
  return { path, size: sizeOf({ bytes, externalData }), maxAbsDifference, maxRelativeDifference, samples };
}

/** Throws a UsageError before training when the network depends on sizes that its file shall leave open. */
export async function expectExportable(model: Layer, { sample, axes }: ExportedSample): Promise<void> {
  const parameters = initParameters(model, 0);
  const options = {
    parameters,
    sample: sample as OpenSampleType,
    verify: false,
    ...(axes !== undefined && { axes }),
  } as const;
  const { exportOnnx: write } = await importOnnx();
  await write(model, options).catch((error: unknown) => {
    throw mistakeAt('export', error);
  });
}

export async function exportTraining(model: Layer, options: ExportTrainingOptions): Promise<TrainingExport> {
  return (await importOnnx()).exportTraining(model, options);
}

export async function exportGradients(model: Layer, options: ExportGradientsOptions): Promise<GradientsExport> {
  return (await importOnnx()).exportGradients(model, options);
}

/** The network of an ONNX file, as one of one input and output; what it really takes and gives, it says itself. */
export async function readNetwork(path: string): Promise<ImportedModel> {
  return (await importOnnx()).importOnnx(path);
}

export async function loadOnnx(path: string, device?: DeviceName): Promise<OnnxModelFile> {
  return (await importOnnx()).loadOnnx(path, device === undefined ? {} : { device });
}

export async function inspectOnnx(path: string): Promise<OnnxFacts> {
  return (await importOnnx()).inspectOnnx(path);
}

export async function compareOnnx(before: string, after: string): Promise<OnnxDifferences> {
  return (await importOnnx()).compareOnnx(before, after);
}

export async function drawOnnx(path: string): Promise<string> {
  return (await importOnnx()).drawOnnx(path);
}

export async function quantizeOnnx(path: string, options: QuantizeOptions): Promise<Quantized> {
  return (await importOnnx()).quantizeOnnx(path, options);
}

/** The network of the file at `path`, which starts with the numbers of the file, with a new layer behind it where that is asked for. */
export async function importNetwork(
  path: string,
  { batchNorm = 'batch', head, trainable }: Pick<ImportedNetwork, 'batchNorm' | 'head' | 'trainable'>,
): Promise<Layer> {
  const network = await (await importOnnx()).importOnnx(path, {
    batchNorm,
    ...(trainable !== undefined && { trainable: typeof trainable === 'string' ? new RegExp(trainable) : trainable }),
  });
  return head === undefined
    ? network.model
    : ((await addedHead(network, head.classes, head)).model as unknown as Layer);
}

export async function addedHead(network: ImportedModel, classes: number, options: AddHeadOptions): Promise<AddedHead> {
  return (await importOnnx()).addHead(network, classes, options);
}

export async function newHead(
  network: ImportedModel,
  classes: number,
  options: ReplaceHeadOptions,
): Promise<ReplacedHead> {
  return (await importOnnx()).replaceHead(network, classes, options);
}

/** Writes a file like the one that `network` was read from. */
export async function writeLike(
  network: ImportedModel,
  model: Layer,
  options: Pick<ExportOptions, 'parameters' | 'labels' | 'softmax' | 'opset' | 'path'> & { readonly output?: string },
): Promise<ExportedLike> {
  const { exportOnnx: write, likeFile } = await importOnnx();
  const { output: kindBefore, ...like } = likeFile(network);
  const { output, ...others } = options;
  const kind =
    options.softmax === true || kindBefore === undefined || output !== undefined ? {} : { output: kindBefore };
  const names = output === undefined ? {} : { names: { ...like.names, output } };
  const { maxAbsDifference, ...files } = await write(model, { ...like, ...kind, ...others, ...names, verify: {} });
  return { size: sizeOf(files), maxAbsDifference };
}

/** Bytes of a model and of what stands beside it. */
export function sizeOf({ bytes, externalData }: Pick<GradientsExport, 'bytes' | 'externalData'>): number {
  return Object.values(externalData).reduce((sum, { length }) => sum + length, bytes.length);
}

export async function optionsLike(network: ImportedModel): Promise<LikeFile> {
  return (await importOnnx()).likeFile(network);
}

export interface ExportedLike {
  readonly size: number;
  readonly maxAbsDifference: number;
}

async function importOnnx(): Promise<typeof import('@descent/backend-onnx')> {
  try {
    return await import('@descent/backend-onnx');
  } catch (cause) {
    throw new DescentError('this needs the package @descent/backend-onnx, which cannot be loaded', {
      received: reason(cause),
      fix: 'npm install @descent/backend-onnx',
      cause,
    });
  }
}
