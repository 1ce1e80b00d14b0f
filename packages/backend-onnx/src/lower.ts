import { constantOp, type Graph, inputOp, isOp, type LoweringInfo, type NDArray, type Node, numel, optimize, type Program, programInputs } from '@descent/core/backend';
import { type AnyLowering, lowerings } from './lowerings/index.ts';
import type { Context, Dialect } from './lowerings/context.ts';
import { GraphBuilder } from './model/builder.ts';
import type { OnnxModel } from './model/graph.ts';
import { DEFAULT_OPSET } from './model/opset.ts';
import { gather } from './model/ops.ts';
import type { Value } from './model/value.ts';
import { costRules, type Strategies } from './strategies.ts';

export interface LowerOptions {
  /** Which operators may occur. Default `'cpu'`. */
  readonly dialect?: Dialect;
  /** Version of the ONNX operator set. Default 17. */
  readonly opset?: number;
  /** Name of the graph in the model. Default `'main'`. */
  readonly name?: string;
  readonly strategies?: Strategies;
}

/** A graph as an ONNX model, and how it is to be fed. */
export interface Lowered {
  readonly model: OnnxModel;
  /** Name in the model of each graph output: its own, with a suffix when an input is called the same. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The choices made among strategies, one line each. */
  readonly notes: readonly string[];
}

/** An ONNX model that computes `graph`. Pure; a dynamic axis becomes the symbolic size `batch`. */
export function lowerGraph(graph: Graph, options: LowerOptions = {}): Lowered {
  const names = outputNames(graph);
  const { builder, context, notes } = begin([...names.values()], graph, options);
  const inputs = graphInputs(graph);
  for (const value of inputs.values()) builder.declare(value);
  const values = emit(graph, context, inputs);
  const outputs = new Map([...names].map(([output, name]) => [name, values.get(output) as Value]));
  const model = { graph: builder.finish(options.name ?? 'main', [...inputs.values()], outputs), opset: builder.opset };
  return { model, outputs: names, notes };
}

/** Names that `lowerLoop` gives to what a caller does not name. */
export const loopNames: { readonly steps: string } = { steps: 'loop/steps' };

/**
 * An ONNX model that runs `program` many times in one go. Its inputs are those of the graph, each feed with one more axis in front, and
 * the number of steps; its outputs are the state after the last step, and each result with one more axis in front.
 */
export function lowerLoop(program: Program, options: LowerOptions = {}): Lowered {
  const { graph, writes } = program;
  const names = outputNames(graph);
  const { builder, context, notes } = begin([...names.values()], graph, options);
  const inputs = graphInputs(graph);
  const outer = (name: string, value: Value): Value => (program.reads.includes(name) ? value : { ...value, shape: [STEPS, ...value.shape] });
  ...
}
