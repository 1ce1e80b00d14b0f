import {
  type AnyLayer,
  type ArraysOf,
  expectOptions,
  expectParameters,
  forwardGraph,
  type ImagePreprocessing,
  type Layer,
  type Loss,
  type Node,
  type OutputKind,
  type Parameters,
  type SamplesOf,
  type SampleType,
  sequential,
  softmax as softmaxLayer,
  type Tensors,
  type Tree,
  ValueError,
} from '@descent/core';
import { type Graph, leavesOf } from '@descent/core/backend';
import { writeAtomically } from '@descent/files';
import { lowerGraph } from '../lower.ts';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-proto.ts';
import { initializerNames, PARAMETER_PREFIX, withInitializers } from './initializers.ts';
import { writeMetadata } from './metadata.ts';
import { expectModelPath } from './model-path.ts';
import { expectDistinct, expectLabels, exportedOutputs } from './output.ts';
import { type Proof, prove, type VerifyOptions } from './prove.ts';

export interface ExportOptions<In extends Tensors = Node> {
  /** The numbers of the network, such as `await trainer.parameters()`. */
  readonly parameters: Parameters;
  /** Shape of one sample, without the batch, and its element type; several by name for a network of several inputs. */
  readonly sample: SamplesOf<In>;
  /** Where to write the file; it appears there only when it is whole and proved. The folder must exist. Default: nowhere, the bytes are returned. */
  readonly path?: string;
  /** Version of the ONNX operator set. Default 17. */
  readonly opset?: number;
  /** `'dynamic'` (default) takes batches of any size, a number only that one. */
  readonly batch?: 'dynamic' | number;
  /** End with a softmax, so that the output is probabilities. Default false: as trained. Refused where it would mean nothing. */
  readonly softmax?: boolean;
  /** What the output is. Default: as the network shows it by its end; without a softmax or a sigmoid there, what `loss` takes it for. */
  readonly output?: OutputKind;
  /** What the network was trained with. */
  readonly loss?: Loss;
  /** Class names in the order of the output, kept in the file; for no and yes where the output is one number. */
  readonly labels?: readonly string[];
  /** How a picture becomes the input, kept in the file for programs that open images. */
  readonly preprocessing?: ImagePreprocessing;
  /** Real inputs to prove the file with; random ones by default. `false` skips the proof. */
  readonly verify?: VerifyOptions<ArraysOf<In>> | false;
}

export interface ExportResult extends Proof {
  readonly bytes: Uint8Array;
}

const OPTIONS: readonly string[] = [
  ...['parameters', 'sample', 'path', 'opset', 'batch', 'softmax', 'output', 'loss'],
  ...['labels', 'preprocessing', 'verify'],
];

/** What `exportOnnx` gives with `verify: false`: nothing was compared. */
export interface UnprovedExport {
  readonly bytes: Uint8Array;
  readonly maxAbsDifference: null;
  readonly samples: 0;
}

/**
 * Writes `model` as an ONNX file: named input `input` and an output named for what it is, such as `logits` or `probabilities`; several
 * inputs and outputs keep their names. Parameters have their own names (with a number behind those that are called like an input or output),
 * nothing is left from training. The file is proved: it runs in a fresh session on 16 random samples or on yours, and its
 * outputs are compared with those of core's reference interpreter.
 * @throws StateError when the parameters are another network's, ValueError for options that do not fit, FileError when nothing can be
 * written to `path`, NumericError when the proof fails.
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
  if (verify !== false) expectOptions('exportOnnx: verify', verify, ['inputs', 'tolerance']);
  const sample = options.sample as Tree<SampleType>;
  if (batch !== 'dynamic') expectBatch(batch);
  if (path !== undefined) await expectModelPath(path);
  const forward = { prefix: PARAMETER_PREFIX, ...(batch !== 'dynamic' && { batch }) };
  const plain = forwardGraph(model, sample, forward);
  expectParameters(model, parameters);
  const outputs = exportedOutputs(plain, options);
  const whole = softmax ? sequential({ model: model as AnyLayer as Layer, softmax: softmaxLayer() }) : model;
  const prefix = softmax ? `${PARAMETER_PREFIX}model.` : PARAMETER_PREFIX;
  const graph = softmax ? forwardGraph(whole, sample, forward) : plain;
  if (labels !== undefined) expectLabels(labels, graph.outputs.get('output')?.type.shape.at(-1));
  const named: Graph = {
    ...graph,
    outputs: new Map(outputs.map(({ from, name }) => [name, graph.outputs.get(from) as Node])),
  };
  const inputs = leavesOf(sample).map(([name]) => name || 'input');
  expectDistinct(inputs, outputs);
  const names = initializerNames(parameters, [...inputs, ...outputs.map(({ name }) => name)]);
  const { model: lowered } = lowerGraph(named, {
    opset: options.opset ?? DEFAULT_OPSET,
    name: 'descent',
    reserved: names.values(),
  });
  const [first] = outputs;
  const info = writeMetadata(
    {
      ...(labels && { labels }),
      ...(preprocessing && { preprocessing }),
      ...(outputs.length === 1 && first !== undefined
        ? { outputKind: first.kind }
        : { outputKinds: Object.fromEntries(outputs.map(({ name, kind }) => [name, kind])) }),
    },
    `Trained with Descent: ${describe(model)}`,
  );
  const bytes = toBytes(withInitializers(lowered, parameters, prefix, names), info);
  const proof = verify && (await prove({ parameters, sample, batch, bytes, graph, outputs, prefix, verify }));
  if (path !== undefined) await writeAtomically(path, bytes, { summary: 'the model cannot be written' });
  return proof === false ? { bytes, maxAbsDifference: null, samples: 0 } : { bytes, ...proof };
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
