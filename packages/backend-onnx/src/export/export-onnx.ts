import {
  type AnyLayer,
  type AnyLoss,
  type ArraysOf,
  type AxisRanges,
  expectOptions,
  expectParameters,
  type ImagePreprocessing,
  type Layer,
  type NDArrays,
  type Node,
  type OpenSamplesOf,
  type OpenSampleType,
  type OutputKind,
  type Parameters,
  sequential,
  softmax as softmaxLayer,
  type Tensors,
  type Tree,
  ValueError,
} from '@descent/core';
import { exampleSizes, expectOpenSamples, leavesOf, openAxes } from '@descent/core/backend';
import type { OnnxModel } from '../model/graph.ts';
import { withNodeNames } from '../model/node-names.ts';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { foldIntegers } from './fold-integers.ts';
import { initializerNames, PARAMETER_PREFIX, withInitializers } from './initializers.ts';
import { lowerOpen } from './lower-open.ts';
import { rangesOf, writeMetadata } from './metadata.ts';
import { expectModelPath } from './model-path.ts';
import { expectLabels, exportedOutputs } from './output.ts';
import { expectPlainJson, expectProperties } from './plain-json.ts';
import { portNames, withInputNames } from './port-names.ts';
import { givenRuns, randomRuns } from './proof-runs.ts';
import { type Proof, type ProofRun, prove, type VerifyOptions } from './prove.ts';
import { type TracedNetwork, traceAt } from './traces.ts';
import { expectExternalData, type ModelFiles, modelFiles, writeModel } from './write-model.ts';

export interface ExportOptions<In extends Tensors = Node> {
  /** The numbers of the network, such as `await trainer.parameters()`. */
  readonly parameters: Parameters;
  /**
   * Shape of one sample, without the batch, and its element type; several by name for a network of several inputs. A name instead of a size
   * stands for an axis of any size, such as `{ shape: ['time'], dtype: 'int32' }`; axes of one name have one size.
   */
  readonly sample: OpenSamplesOf<In>;
  /** Which sizes the axes with a name may have. Default: any from 1 on. */
  readonly axes?: AxisRanges;
  /** Where to write the file; it appears there only when it is whole and proved. The folder must exist. Default: nowhere, the bytes are returned. */
  readonly path?: string;
  /**
   * Bytes of weights that are in the file itself; of more, they are in a file beside it, `model.onnx.data` for `model.onnx`, and both belong together.
   * Default `'auto'`: as many as one file can hold, 2 GB.
   */
  readonly externalData?: 'auto' | number;
  /** Version of the ONNX operator set, 13 to 26. What it lacks is computed with what it has. Default 17. */
  readonly opset?: number;
  /** `'dynamic'` (default) takes batches of any size, a number only that one. */
  readonly batch?: 'dynamic' | number;
  /** End with a softmax, so that the output is probabilities. Default false: as trained. Refused where it would mean nothing. */
  readonly softmax?: boolean;
  /** What the output is. Default: as the network shows it by its end; without a softmax or a sigmoid there, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: AnyLoss;
  /** Class names in the order of the output, kept in the file; for no and yes where the output is one number. */
  readonly labels?: readonly string[];
  /** How a picture becomes the input, kept in the file for programs that open images. */
  readonly preprocessing?: ImagePreprocessing;
  /**
   * Anything else to keep in the file, as JSON by name, such as how the rows of a table become inputs: `{ table: preparation }`. `loadOnnx` gives it as
   * `metadata`.
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What inputs and outputs are called in the file, by the names that they would have (`input`, and `output` for the only one): `{ input: 'pixels', output: 'scores' }`. */
  readonly names?: Readonly<Record<string, string>>;
  /** Entries of the file's metadata as they are, for other programs, such as those of a file that was read by `importOnnx`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Real inputs to prove the file with; random ones by default. `false` skips the proof. */
  readonly verify?: VerifyOptions<ArraysOf<In>> | false;
}

export interface ExportResult extends Proof, ModelFiles {}

const OPTIONS: readonly string[] = [
  ...['parameters', 'sample', 'axes', 'path', 'opset', 'batch', 'softmax', 'output', 'loss'],
  ...['labels', 'preprocessing', 'metadata', 'names', 'properties', 'verify', 'externalData'],
];

/** What `exportOnnx` gives with `verify: false`: nothing was compared. */
export interface UnprovedExport extends ModelFiles {
  readonly maxAbsDifference: null;
  readonly maxRelativeDifference: null;
  readonly samples: 0;
  readonly sizes: readonly [];
}

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
  expectOptions('exportOnnx', options, OPTIONS);
  const { parameters, path, labels, preprocessing, softmax = false, verify = {}, batch = 'dynamic' } = options;
  if (options.metadata !== undefined) expectPlainJson('metadata', options.metadata);
  if (verify !== false) expectOptions('exportOnnx: verify', verify, ['inputs', 'tolerance']);
  if (batch !== 'dynamic') expectBatch(batch);
  const { externalData = 'auto' } = options;
  expectExternalData('exportOnnx', externalData);
  expectOpenSamples('sample', options.sample);
  const sample = options.sample as Tree<OpenSampleType>;
  const axes = openAxes('exportOnnx', sample, options.axes);
  if (options.properties !== undefined) expectProperties('exportOnnx', options.properties);
  if (path !== undefined) await expectModelPath(path);
  const plain: TracedNetwork = { model, sample, prefix: PARAMETER_PREFIX };
  const example = { batch: batch === 'dynamic' ? 2 : batch, ...exampleSizes(axes) };
  const { graph } = traceAt(plain, example);
  expectParameters(model, parameters);
  const inputs = leavesOf(sample).map(([name]) => name || 'input');
  const { outputs, inputs: inputNames } = portNames(
    'exportOnnx',
    inputs,
    exportedOutputs(graph, options),
    options.names,
  );
  const whole = softmax ? sequential({ model: model as AnyLayer as Layer, softmax: softmaxLayer() }) : model;
  const network: TracedNetwork = { ...plain, model: whole, ...(softmax && { inside: 'model' }) };
  const prefix = softmax ? `${PARAMETER_PREFIX}model.` : PARAMETER_PREFIX;
  const names = initializerNames(parameters, [...inputNames.values(), ...outputs.map(({ name }) => name)]);
  const lowered = lowerOpen(network, axes, {
    batch,
    outputs,
    opset: options.opset ?? DEFAULT_OPSET,
    reserved: [...names.values(), ...inputNames.values()],
  });
  if (labels !== undefined) expectLabels(labels, widthOf(lowered));
  const [first] = outputs;
  const info = writeMetadata(
    {
      ...(labels && { labels }),
      ...(preprocessing && { preprocessing }),
      ...(options.metadata && { metadata: options.metadata }),
      ...(axes.length > 0 && { axes: rangesOf(axes) }),
      ...(outputs.length === 1 && first !== undefined
        ? { outputKind: first.kind }
        : { outputKinds: Object.fromEntries(outputs.map(({ name, kind }) => [name, kind])) }),
    },
    `Trained with Descent: ${describe(model)}`,
    options.properties,
  );
  const initialized = withInputNames(withInitializers(lowered, parameters, prefix, names), inputNames);
  const files = modelFiles(withNodeNames(foldIntegers(initialized)), info, path, externalData);
  const runs = (given: VerifyOptions<NDArrays>): readonly ProofRun[] =>
    given.inputs === undefined ? randomRuns(network, axes, batch) : givenRuns(network, axes, batch, given.inputs);
  const proof =
    verify === false
      ? null
      : await prove({ files, outputs, inputNames, parameters, prefix, runs: runs(verify), verify });
  if (path !== undefined) await writeModel(path, files);
  return proof === null
    ? { ...files, maxAbsDifference: null, maxRelativeDifference: null, samples: 0, sizes: [] }
    : { ...files, ...proof };
}

/** How many numbers a sample of the only output has on its last axis, where that is fixed. */
function widthOf({ graph: { outputs } }: OnnxModel): number | undefined {
  const width = outputs.length === 1 ? outputs[0]?.shape.at(-1) : undefined;
  return typeof width === 'number' ? width : undefined;
}

function expectBatch(batch: unknown): void {
  if (Number.isSafeInteger(batch) && (batch as number) >= 1) return;
  throw new ValueError('exportOnnx was given an invalid batch', {
    path: 'batch',
    received: String(batch),
    expected: "'dynamic' or an integer of at least 1",
  });
}

function describe(model: AnyLayer): string {
  const isContainer = model.label === 'sequential' && model.children !== undefined;
  return isContainer ? [...model.children.values()].map(describe).join(', ') : model.label;
}
