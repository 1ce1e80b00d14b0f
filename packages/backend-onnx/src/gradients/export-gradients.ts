import {
  type AnyLayer,
  type AxisRanges,
  describeValue,
  expectOptions,
  expectParameters,
  type ImagePreprocessing,
  type Layer,
  type NDArray,
  type Node,
  type OpenSamplesOf,
  type OpenSampleType,
  type Parameters,
  type SampleType,
  type Tensors,
  type Tree,
  ValueError,
} from '@descent/core';
import {
  type AxisSizes,
  atSizes,
  exampleSizes,
  expectOpenSamples,
  leavesOf,
  type OpenAxis,
  openAxes,
  programInputs,
  sampleAt,
} from '@descent/core/backend';
import { fold, key, randint, uniform } from '@descent/core/random';
import { initializerNames, PARAMETER_PREFIX, withInitializers } from '../export/initializers.ts';
import { lowerTraced } from '../export/lower-open.ts';
import { rangesOf, writeMetadata } from '../export/metadata.ts';
import { expectModelPath } from '../export/model-path.ts';
import { expectLabels, exportedOutputs } from '../export/output.ts';
import { expectPlainJson, expectProperties } from '../export/plain-json.ts';
import { portNames, withInputNames } from '../export/port-names.ts';
import { randomInputs } from '../export/random-inputs.ts';
import type { Trace } from '../export/traces.ts';
import { expectExternalData, type ModelFiles, modelFiles, writeModel } from '../export/write-model.ts';
import { withNodeNames } from '../model/node-names.ts';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { expectTypes } from '../training/batch-types.ts';
import { proveRun } from '../training/prove-training.ts';
import { GRADIENT, type GradientRequest, gradientGraph, VALUE, type WithRespectTo } from './gradient-graph.ts';
import type { GradientOf } from './scalar.ts';

export interface ExportGradientsOptions<In extends Tensors = Node> {
  /** The numbers of the network. */
  readonly parameters: Parameters;
  /** As for `exportOnnx`: the type of one sample, with names for axes of any size. */
  readonly sample: OpenSamplesOf<In>;
  /** Which sizes the axes with a name may have. Default: any from 1 on. */
  readonly axes?: AxisRanges;
  /** With respect to what. Default `'input'`. */
  readonly wrt?: WithRespectTo | readonly WithRespectTo[];
  /** Of which scalar; see `GradientOf`. Default `'sum'`. */
  readonly of?: GradientOf;
  /** Which output the scalar is of, where there are several and it is no loss. */
  readonly output?: string;
  /** Which weights, by their names. Default: all that training would change. */
  readonly weights?: RegExp;
  /** `'dynamic'` (default) takes batches of any size, a number only that one. */
  readonly batch?: 'dynamic' | number;
  /** Version of the ONNX operator set, 13 to 26; a gradient that adds to rows, as that of an embedding, takes 16. Default 17. */
  readonly opset?: number;
  /** Where to write the file. Default: nowhere, the bytes are returned. */
  readonly path?: string;
  /** Class names in the order of the output. */
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** As for `exportOnnx`: what inputs and outputs of the network are called in the file, such as `{ input: 'pixels' }`; the gradient is `gradient/pixels` then. */
  readonly names?: Readonly<Record<string, string>>;
  /** Entries of the file's metadata as they are, for other programs. */
  readonly properties?: Readonly<Record<string, string>>;
  /** As for `exportOnnx`: bytes of weights that are in the file itself; of more, they are in a file beside it. Default `'auto'`, 2 GB. */
  readonly externalData?: 'auto' | number;
  /** Whether the file is run on random samples and compared with core's reference interpreter. Default true. */
  readonly verify?: boolean;
}

export interface GradientsExport extends ModelFiles {
  /** The names of the gradients among the outputs, such as `gradient/input`, by what they are with respect to. */
  readonly gradients: Readonly<Record<string, string>>;
  /** Names of the inputs, in order. */
  readonly inputs: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputs: readonly string[];
}

const OPTIONS: readonly string[] = [
  ...['parameters', 'sample', 'axes', 'wrt', 'of', 'output', 'weights', 'batch', 'opset', 'path'],
  ...['labels', 'preprocessing', 'metadata', 'names', 'properties', 'externalData', 'verify'],
];

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
  expectOptions('exportGradients', options, OPTIONS);
  const { parameters, path, labels, preprocessing, metadata, output, weights, verify = true } = options;
  const { of = 'sum', batch = 'dynamic', opset = DEFAULT_OPSET, properties, externalData = 'auto' } = options;
  expectOf(of);
  if (typeof of === 'object' && output !== undefined) throw outputOfLoss(output);
  const { wrt: given = 'input' } = options;
  const wrt = expectWrt(given);
  if (weights !== undefined) expectPattern(weights, wrt);
  if (batch !== 'dynamic') expectBatch(batch);
  if (metadata !== undefined) expectPlainJson('metadata', metadata);
  if (properties !== undefined) expectProperties('exportGradients', properties);
  expectExternalData('exportGradients', externalData);
  expectOpenSamples('sample', options.sample);
  const sample = options.sample as Tree<OpenSampleType>;
  const axes = openAxes('exportGradients', sample, options.axes);
  if (path !== undefined) await expectModelPath(path);
  expectParameters(model, parameters);
  const frozen = new Set(model.parameters.flatMap((p) => (p.frozen === true ? [p.name] : [])));
  const request: GradientRequest = {
    ...{ model: model as AnyLayer, of, output, wrt, prefix: PARAMETER_PREFIX },
    isWanted: (name) => (weights === undefined ? !frozen.has(name) : name.search(weights) !== -1),
  };
  const at = (sizes: AxisSizes): Trace =>
    atSizes(sizes, () => ({
      sizes,
      ...gradientGraph(request, sampleAt(sample, sizes) as Tree<SampleType>, sizes['batch'] as number),
    }));
  const first = at({ batch: batch === 'dynamic' ? 2 : batch, ...exampleSizes(axes) });
  const { inputs, outputs } = namedPorts(first, sample, of, options.names);
  const names = initializerNames(parameters, [...inputs.values(), ...outputs.map(({ name }) => name)]);
  const taken = new Set([
    ...model.parameters.flatMap(({ shape }) => shape),
    ...leavesOf(sample).flatMap(([, { shape }]) => shape.filter((d) => typeof d === 'number')),
  ]);
  const lowered = lowerTraced({ at, taken }, axes, {
    ...{ batch, outputs, opset },
    reserved: [...names.values(), ...inputs.values()],
  });
  // Behind the only output of the network comes the value.
  const width = outputs[1]?.from === VALUE ? lowered.graph.outputs[0]?.shape.at(-1) : undefined;
  if (labels !== undefined) expectLabels(labels, typeof width === 'number' ? width : undefined);
  const file = withInputNames(withInitializers(lowered, parameters, PARAMETER_PREFIX, names), inputs);
  const info = writeMetadata(
    {
      ...(labels && { labels }),
      ...(preprocessing && { preprocessing }),
      ...(metadata && { metadata }),
      ...(axes.length > 0 && { axes: rangesOf(axes) }),
    },
    `outputs and gradients of ${model.label}`,
    properties,
  );
  const files = modelFiles(withNodeNames(file), info, path, externalData);
  if (verify) await proved(files, { at, sample, axes, batch, inputs, outputs, parameters });
  if (path !== undefined) await writeModel(path, files);
  const gradients = outputs.filter(({ from }) => from.startsWith(GRADIENT));
  return {
    ...files,
    gradients: Object.fromEntries(gradients.map(({ from, name }) => [from.slice(GRADIENT.length), name])),
    inputs: file.graph.inputs.map(({ name }) => name),
    outputs: file.graph.outputs.map(({ name }) => name),
  };
}

type NamedOutput = { readonly from: string; readonly name: string };

interface NamedPorts {
  /** Names of inputs in the file by those in the graph. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly NamedOutput[];
}

/** Inputs and outputs of the network as `exportOnnx` names them, and behind them the others under their own names. */
function namedPorts(
  { graph }: Trace,
  sample: Tree<OpenSampleType>,
  of: GradientOf,
  names: Readonly<Record<string, string>> | undefined,
): NamedPorts {
  const isAdded = (name: string): boolean => name === VALUE || name.startsWith(GRADIENT);
  const all = [...graph.outputs.keys()];
  const loss = typeof of === 'object' ? of.loss : undefined;
  const own = new Map([...graph.outputs].filter(([name]) => !isAdded(name)));
  const network = portNames(
    'exportGradients',
    leavesOf(sample).map(([name]) => name || 'input'),
    exportedOutputs({ ...graph, outputs: own }, { ...(loss && { loss }) }),
    names,
  );
  const others = [...programInputs({ graph }).keys()].filter(
    (name) => !network.inputs.has(name) && !name.startsWith(PARAMETER_PREFIX),
  );
  const inputs = new Map([...network.inputs, ...others.map((name) => [name, name] as const)]);
  const named = (name: string): string =>
    name === VALUE ? name : `${GRADIENT}${inputs.get(name.slice(GRADIENT.length)) ?? name.slice(GRADIENT.length)}`;
  const outputs = [
    ...network.outputs.map(({ from, name }) => ({ from, name })),
    ...all.filter(isAdded).map((from) => ({ from, name: named(from) })),
  ];
  const ports = [...inputs.values(), ...outputs.map(({ name }) => name)];
  const twice = ports.find((name, i) => ports.indexOf(name) !== i);
  if (twice === undefined) return { inputs, outputs };
  throw new ValueError('exportGradients was given a name that the file has besides', {
    path: 'names',
    received: twice,
    expected: `names that are none of ${[...others, ...all.filter(isAdded)].join(', ')}`,
  });
}

interface Proved {
  readonly at: (sizes: AxisSizes) => Trace;
  readonly sample: Tree<OpenSampleType>;
  readonly axes: readonly OpenAxis[];
  readonly batch: 'dynamic' | number;
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly NamedOutput[];
  readonly parameters: Parameters;
}

/** Runs the file at two sizes and compares with the reference interpreter. */
async function proved(
  files: ModelFiles,
  { at, sample, axes, batch, inputs, outputs, parameters }: Proved,
): Promise<void> {
  for (const [turn, size] of (batch === 'dynamic' ? [1, 3] : [batch]).entries()) {
    const others = axes.map(
      ({ name, min, max, multipleOf }) => [name, Math.min(max, min + turn * multipleOf)] as const,
    );
    const { graph } = at({ batch: size, ...Object.fromEntries(others) });
    const closed = sampleAt(sample, Object.fromEntries(others)) as Tree<SampleType>;
    const x = Object.fromEntries(
      leavesOf(randomInputs(closed, graph, size, turn)).map(([name, array]) => [name || 'input', array]),
    );
    const more = Object.fromEntries(
      [...programInputs({ graph })].flatMap(([name, { type }]) =>
        name in x || name.startsWith(PARAMETER_PREFIX) ? [] : [[name, smallNumbers(type.shape, type.dtype)]],
      ),
    );
    const own = Object.fromEntries(
      Object.entries(parameters).map(([name, array]) => [`${PARAMETER_PREFIX}${name}`, array]),
    );
    const feeds = Object.entries({ ...x, ...more });
    await proveRun({
      file: 'the file with gradients',
      ...{ ...files, graph },
      feeds: Object.fromEntries(feeds.map(([name, array]) => [inputs.get(name) ?? name, array])),
      graphFeeds: { ...x, ...more, ...own },
      outputs: new Map(outputs.map(({ from, name }) => [name, from])),
    });
  }
}

/** Classes and targets that most losses take: 0 and 1, or shares. */
function smallNumbers(shape: readonly number[], dtype: string): NDArray {
  const count = shape.reduce((a, b) => a * b, 1);
  if (dtype === 'float32') {
    const data = new Float32Array(count);
    uniform(fold(key(0), 'targets'), data, 0, 1);
    return { dtype, shape, data };
  }
  const data = new Int32Array(count);
  randint(fold(key(0), 'targets'), data, 0, 2);
  return dtype === 'int32'
    ? { dtype, shape, data }
    : { dtype: dtype === 'bool' ? 'bool' : 'uint8', shape, data: Uint8Array.from(data) };
}

function expectOf(of: unknown): asserts of is GradientOf {
  const isLoss = typeof of === 'object' && of !== null && 'loss' in of && 'target' in of;
  if (isLoss) {
    expectOptions('exportGradients: of', of, ['loss', 'target']);
    expectTypes('of.target', of.target);
  }
  if (isLoss || of === 'sum' || of === 'class' || of === 'weighted') return;
  throw new ValueError('exportGradients was not told of what', {
    path: 'of',
    received: describeValue(of),
    expected: "'sum', 'class', 'weighted' or { loss: crossEntropy(), target: { shape: [], dtype: 'int32' } }",
  });
}

function outputOfLoss(output: unknown): ValueError {
  return new ValueError('a loss is of all outputs, so that output has no effect here', {
    path: 'output',
    received: describeValue(output),
    expected: 'no output where of has a loss',
    fix: 'leave output out; of several outputs a loss takes those that it names',
  });
}

function expectWrt(wrt: unknown): readonly WithRespectTo[] {
  const all: readonly unknown[] = Array.isArray(wrt) ? wrt : [wrt];
  const isKnown = (one: unknown): one is WithRespectTo => one === 'input' || one === 'weights';
  if (all.length > 0 && all.every(isKnown)) return all;
  throw new ValueError('exportGradients was not told with respect to what', {
    path: 'wrt',
    received: describeValue(wrt),
    expected: "'input', 'weights' or ['input', 'weights']",
  });
}

function expectPattern(weights: unknown, wrt: readonly WithRespectTo[]): void {
  if (weights instanceof RegExp && wrt.includes('weights')) return;
  throw new ValueError('exportGradients cannot choose among weights', {
    path: 'weights',
    received: weights instanceof RegExp ? `a pattern, and wrt without 'weights'` : typeof weights,
    expected: "a regular expression, such as /^head/, with wrt: 'weights'",
  });
}

function expectBatch(batch: unknown): void {
  if (Number.isSafeInteger(batch) && (batch as number) >= 1) return;
  throw new ValueError('exportGradients was given an invalid batch', {
    path: 'batch',
    received: String(batch),
    expected: "'dynamic' or an integer of at least 1",
  });
}
