import {
  type AnyLayer,
  type AnyLoss,
  type ImagePreprocessing,
  type Parameters,
  type SampleType,
  ShapeError,
  type Tree,
} from '@descent/core';
import { type Graph, leavesOf } from '@descent/core/backend';
import type { BatchTypes, StepGraphs } from '@descent/core/programs';
import { lowerTraced } from '../export/lower-open.ts';
import { writeMetadata } from '../export/metadata.ts';
import { exportedOutputs } from '../export/output.ts';
import { withInputNames } from '../export/port-names.ts';
import { type Trace, traceAt } from '../export/traces.ts';
import type { OnnxModel } from '../model/graph.ts';
import { withNodeNames } from '../model/node-names.ts';
import type { ModelInfo } from '../model/to-bytes.ts';
import { withStepOrigins } from './origins.ts';

export interface EvaluateLowering {
  readonly opset: number;
  /** Taken where the loss cannot be written for any number of samples. */
  readonly batchSize: number;
  readonly parameters: Parameters;
}

/** Loss and metrics as a model, of any number of samples where that can be. */
export function lowerEvaluate(
  graphs: StepGraphs,
  types: (batch: number) => BatchTypes,
  { opset, batchSize, parameters }: EvaluateLowering,
): OnnxModel {
  const at = (sizes: Readonly<Record<string, number>>): Trace => {
    const { graph, results } = graphs.evaluate(types(sizes['batch'] as number));
    const named = results.map(({ output }) => output);
    return { sizes, graph: withStepOrigins(graph, named, [], String), owners: new Map() };
  };
  const outputs = [...at({ batch: 2 }).graph.outputs.keys()].map((name) => ({ from: name, name }));
  const { x, y } = types(1);
  const taken = new Set([
    ...Object.values(parameters).flatMap(({ shape }) => shape),
    ...[...leavesOf(x), ...leavesOf(y)].flatMap(([, { shape }]) => shape),
  ]);
  const lower = (batch: 'dynamic' | number): OnnxModel =>
    withNodeNames(lowerTraced({ at, taken }, [], { batch, outputs, opset, reserved: [] }));
  try {
    return lower('dynamic');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return lower(batchSize);
  }
}

export interface PredictLowering {
  readonly sample: Tree<SampleType>;
  readonly loss: AnyLoss;
  readonly opset: number;
  readonly labels: readonly string[] | undefined;
  readonly preprocessing: ImagePreprocessing | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

export interface LoweredPredict {
  readonly model: OnnxModel;
  /** The network's graph for so many samples. */
  readonly at: (batch: number) => Graph;
  /** Names of inputs of the model by those of the graph. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Names of outputs of the graph by those of the model. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly info: ModelInfo;
  /** How many numbers a sample of the only output has on its last axis. */
  readonly width: number | undefined;
}

/** The network as a model of any number of samples, with its parameters as inputs. */
export function lowerPredict(
  network: AnyLayer,
  graphs: StepGraphs,
  { sample, loss, opset, labels, preprocessing, metadata }: PredictLowering,
): LoweredPredict {
  const traced = { model: network, sample, prefix: graphs.entryOf('') };
  const outputs = exportedOutputs(traceAt(traced, { batch: 2 }).graph, { loss });
  const inputs = new Map(leavesOf(sample).map(([name]) => [name || 'input', name === '' ? 'x' : `x/${name}`]));
  const taken = new Set(
    [...network.parameters, ...leavesOf(sample).map(([, leaf]) => leaf)].flatMap(({ shape }) => shape),
  );
  const lowered = lowerTraced({ at: (sizes) => traceAt(traced, sizes), taken }, [], {
    batch: 'dynamic',
    outputs,
    opset,
    reserved: [...inputs.values()],
  });
  const model = withNodeNames(withInputNames(lowered, inputs));
  const [first] = outputs;
  const info = writeMetadata(
    {
      ...(labels && { labels }),
      ...(preprocessing && { preprocessing }),
      ...(metadata && { metadata }),
      ...(outputs.length === 1 && first !== undefined
        ? { outputKind: first.kind }
        : { outputKinds: Object.fromEntries(outputs.map(({ name, kind }) => [name, kind])) }),
    },
    'the network, with its parameters as inputs',
  );
  const width = outputs.length === 1 ? model.graph.outputs[0]?.shape.at(-1) : undefined;
  return {
    model,
    info,
    at: (batch) => traceAt(traced, { batch }).graph,
    inputs,
    outputs: new Map(outputs.map(({ from, name }) => [name, from])),
    width: typeof width === 'number' ? width : undefined,
  };
}
