import type { Arrays } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { DTYPES, type DType } from '../ir/dtype.ts';
import { expectGraph, type Graph, graph } from '../ir/graph.ts';
import { expectShape, isRecord } from '../ir/host-array.ts';
import type { Node } from '../ir/node.ts';
import { DYNAMIC, type Shape } from '../ir/shape.ts';
import { leavesOf, mapTree, type Tensors, type Tree } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { type AnyLayer, type ApplyOptions, applyLayer } from '../layers/layer.ts';
import { input } from '../ops/leaf/input.ts';
import { expectKind, expectOneOf, expectOptions, notWhatWasWanted } from '../options.ts';

/** What a network takes: the type of one sample, without the batch axis. */
export interface SampleType {
  readonly shape: Shape;
  /** Default `'float32'`; pixels are `'uint8'`. */
  readonly dtype?: DType;
}

/** Throws unless `value`, called `path`, is the type of a sample. */
export function expectSample(path: string, value: unknown): asserts value is SampleType {
  if (typeof value !== 'object' || value === null || !('shape' in value)) {
    throw notWhatWasWanted(path, value, {
      what: 'the type of a sample',
      example: "{ shape: [1, 28, 28], dtype: 'uint8' }",
      fix: Array.isArray(value) ? `name it: { shape: [${value.join(', ')}] }` : undefined,
    });
  }
  const { shape, dtype = 'float32' } = value as SampleType;
  expectShape(shape);
  expectOneOf(`${path}.dtype`, dtype, DTYPES);
}

/** The parameters of `model` as graph inputs, under `prefix` and their names. */
export function parameterInputs(model: Pick<AnyLayer, 'parameters'>, prefix = ''): ReadonlyMap<string, Node> {
  return new Map(model.parameters.map(({ name, shape }) => [name, input(`${prefix}${name}`, shape)]));
}

/** Those of `parameters` that are inputs of `graph`, under `prefix` and their names: some are for training only. */
export function usedParameters(graph: Graph, parameters: Arrays, prefix = ''): Arrays {
  expectGraph('usedParameters', graph);
  expectKind('parameters', parameters, 'record', 'await trainer.parameters()');
  const inputs = programInputs({ graph });
  const named = Object.entries(parameters).map(([name, p]) => [`${prefix}${name}`, p] as const);
  return Object.fromEntries(named.filter(([name]) => inputs.has(name)));
}

export interface ForwardOptions extends Partial<ApplyOptions> {
  /** Put before the names of parameters, so that none is called like the input. Default none. */
  readonly prefix?: string;
  /** Number of samples. Default: any, a dynamic axis. */
  readonly batch?: number;
}

/**
 * The network as a graph for inference: input `input` with the batch in front, one input for each parameter that inference uses by its
 * name, output `output`. Several inputs and outputs have their own names.
 * @throws ShapeError or DTypeError, naming the layer, when the sample does not fit.
 */
export function forwardGraph(model: AnyLayer, sample: Tree<SampleType>, options: ForwardOptions = {}): Graph {
  expectLayer('model', model);
  expectSamples('sample', sample);
  expectOptions('forwardGraph', options, ['prefix', 'batch', 'training', 'observe', 'assign']);
  const { prefix = '', batch = DYNAMIC, ...rest } = options;
  const x = mapTree(sample, ({ shape, dtype = 'float32' }, name) => input(name || 'input', [batch, ...shape], dtype));
  const output = applyLayer(model, x, parameterInputs(model, prefix), { training: false, ...rest });
  return graph(Object.fromEntries(leavesOf(output).map(([name, node]) => [name || 'output', node])));
}

/**
 * What `build` makes of any number of samples or, of a network that computes with that number, of one sample: some imported files make one axis of
 * samples and tokens.
 */
export function atAnyBatch<T>(build: (batch: number) => T): T {
  try {
    return build(DYNAMIC);
  } catch (error) {
    try {
      return build(1);
    } catch {
      throw error;
    }
  }
}

/** Throws unless `sample` is the type of one sample, or of several by name. */
export function expectSamples(what: string, sample: unknown): void {
  if (isRecord(sample)) for (const [name, one] of Object.entries(sample)) expectSample(`${what}.${name}`, one);
  else expectSample(what, sample);
}

/** The type of one sample of tensors `T`: one, or several of the same names. */
export type SamplesOf<T extends Tensors> = T extends Node ? SampleType : { readonly [K in keyof T]: SampleType };
