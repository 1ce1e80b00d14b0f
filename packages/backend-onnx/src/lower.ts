import {
  BackendError,
  constantOp,
  type Graph,
  inputOp,
  isOp,
  mapBodies,
  type NDArray,
  type Node,
  numel,
  optimize,
  programInputs,
  type Shape,
} from '@descent/core/backend';
import { fuse } from './fusion.ts';
import type { Context, Dialect, GraphRewrite, Operators } from './lowerings/context.ts';
import { fusedLowerings } from './lowerings/fused.ts';
import { type AnyLowering, lowerings } from './lowerings/index.ts';
import { GraphBuilder, type ResultType, type Rewriter } from './model/builder.ts';
import type { OnnxModel } from './model/graph.ts';
import { Names } from './model/names.ts';
import { filled } from './model/ops.ts';
import { DEFAULT_OPSET, irVersion } from './model/opset.ts';
import type { Value } from './model/value.ts';
import { onWebGpu } from './model/webgpu.ts';
import { operatorOp } from './named/operator.ts';
import { costRules, type Strategies } from './strategies.ts';

export interface LowerOptions {
  /** Which operators may occur. Default `'cpu'`. */
  readonly dialect?: Dialect;
  /** Version of the ONNX operator set. Default 17. */
  readonly opset?: number;
  /** Threads that share the work of one operator. Default 1. */
  readonly threads?: number;
  /** Whether one thread alone does it for certain, whatever else runs in this process. Default false. */
  readonly isSequential?: boolean;
  /** Names that no value of the model may get, because something else will. Default none. */
  readonly reserved?: Iterable<string>;
  /** Name of the graph in the model. Default `'main'`. */
  readonly name?: string;
  /** Whether sums of very many numbers are taken in blocks, whose sizes follow from those of the tensors. Default true. */
  readonly sumsInBlocks?: boolean;
  /** Rewrites a graph when all else is done, such as `inBlocks`, which computes chains of elementwise ops over large tensors in the cache. Default none. */
  readonly inBlocks?: GraphRewrite | null;
  /** What is computed in place of single operators. Default: what the dialect asks for. */
  readonly rewrite?: Rewriter;
  /**
   * Names of outputs that may have another shape with as many elements, given in `views`: ONNX Runtime copies a tensor that is reshaped last.
   * Default none.
   */
  readonly viewed?: readonly string[];
  /** What ONNX has one operator for becomes that operator. Default none: what is fastest where the graph is one of training, and right to more digits. */
  readonly operators?: Operators;
  /** How to choose among the ways to compute an op. Default: the measured rules. */
  readonly strategies?: Strategies;
}

/** A graph as an ONNX model. */
export interface Lowered {
  readonly model: OnnxModel;
  /** Name in the model of each graph output: its own, with a suffix when an input is called the same. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Shapes of outputs of `graph` that have another one in the model. */
  readonly views: ReadonlyMap<string, Shape>;
  /** Element type and shape of each value of the model. */
  readonly types: ReadonlyMap<string, ResultType>;
  /** The choices made among strategies, one line each. */
  readonly notes: readonly string[];
}

/** An ONNX model that computes `graph`. A dynamic axis becomes the symbolic size `batch`. */
export function lowerGraph(graph: Graph, options: LowerOptions = {}): Lowered {
  const inputs = inputValues(graph);
  const names = new Names([...inputs.keys(), ...graph.outputs.keys(), ...(options.reserved ?? [])]);
  const outputs = outputNames(graph, names);
  const notes: string[] = [];
  const context = newContext(names, notes, options);
  const { builder } = context;
  for (const value of inputs.values()) builder.declare(value);
  const values = emit(graph, context, inputs);
  const views = viewsOf(values, builder, options.viewed ?? []);
  const results = new Map(
    [...outputs].map(([output, name]) => [name, views.get(output) ?? (values.get(output) as Value)]),
  );
  const model = { graph: builder.finish(options.name ?? 'main', [...inputs.values()], results), opset: builder.opset };
  return {
    ...{ model, outputs, notes },
    views: new Map([...views.keys()].map((output) => [output, (values.get(output) as Value).shape])),
    types: new Map([...builder.types, ...results]),
  };
}

/** Those of the outputs `viewed` that are another value in another shape, and that value. */
export function viewsOf(
  values: ReadonlyMap<string, Value>,
  builder: GraphBuilder,
  viewed: readonly string[],
): ReadonlyMap<string, Value> {
  return new Map(
    viewed.flatMap((output) => {
      const source = builder.reshaped(values.get(output) as Value);
      return source === undefined ? [] : [[output, source] as const];
    }),
  );
}

/** The start of a model whose inputs and outputs will be called `names`. */
export function newContext(
  names: Names,
  notes: string[],
  {
    dialect = 'cpu',
    opset = DEFAULT_OPSET,
    threads = 1,
    isSequential = false,
    strategies = costRules,
    sumsInBlocks = true,
    inBlocks = null,
    rewrite,
    operators,
  }: LowerOptions,
): Context {
  irVersion(opset);
  const made = new Map<object, unknown>();
  const context: Context = {
    builder: new GraphBuilder(names, {
      ...{ opset, sumsInBlocks },
      ...(dialect === 'webgpu' ? { rewrite: onWebGpu } : rewrite !== undefined && { rewrite }),
    }),
    dialect,
    inBlocks,
    operators,
    threads,
    isSequential,
    strategies,
    note: (text) => void notes.push(text),
    lower: (body, inputs, builder) => emitNodes(body, { ...context, builder }, inputs),
    once<T>(key: object, make: () => T): T {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
  return context;
}

/** The graph inputs, under their own names. */
export function inputValues(graph: Graph): ReadonlyMap<string, Value> {
  return new Map([...programInputs({ graph })].map(([name, { type }]) => [name, { name, ...type }]));
}

/** Inputs and outputs share one name space in ONNX: an output that is called like an input gets another name. */
export function outputNames(graph: Graph, names: Names): ReadonlyMap<string, string> {
  const inputs = programInputs({ graph });
  return new Map(
    [...graph.outputs.keys()].map((name) => [name, inputs.has(name) ? names.fresh(`${name}/next`) : name]),
  );
}

const table = { ...lowerings, ...fusedLowerings } as unknown as Readonly<Record<string, AnyLowering | undefined>>;

/** Lowers every node; returns the graph's outputs by name. */
export function emit(graph: Graph, context: Context, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const { dialect, inBlocks, operators, builder } = context;
  const ready = operators?.replace(graph, builder.opset) ?? graph;
  const fused = fuseAll(optimize(ready, nativeIn(ready, dialect, builder.opset)));
  return emitNodes(inBlocks === null ? fused : inBlocks(fused), context, inputs);
}

function fuseAll(graph: Graph): Graph {
  return mapBodies(fuse(graph), fuseAll);
}

function emitNodes(ready: Graph, context: Context, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const values = new Map<Node, Value>();
  for (const n of ready.nodes) {
    // What a loop does is a part of the layer that the loop is.
    if (n.origin !== undefined) context.builder.origin = n.origin;
    const operands = n.inputs.map((x) => values.get(x) as Value);
    values.set(n, emitNode(n, operands, context, inputs));
  }
  return new Map([...ready.outputs].map(([name, n]) => [name, values.get(n) as Value]));
}

/** The ops that `graph` is lowered by: its own, or those that they are made of; those in bodies of loops, too. */
export function loweredOps(
  graph: Graph,
  { dialect = 'cpu', opset = DEFAULT_OPSET }: LowerOptions = {},
): readonly string[] {
  const names = namesIn(optimize(graph, nativeIn(graph, dialect, opset)));
  return [...new Set(names)].filter((name) => table[name] !== undefined);
}

/** Composites whose gradients need what they are made of. */
const PARTS: Readonly<Record<string, string>> = { groupNorm: 'standardize', layerNorm: 'standardize' };

/**
 * Which composites are lowered as they are in `graph`. Where a gradient needs the parts of one, they are computed anyway, and to go on from them
 * costs less than one operator that computes them for itself. The WebGPU provider normalizes with the mean of the squares minus the
 * square of the mean, which has no digits left where the mean is large. LayerNormalization, which both become, came with opset 17.
 */
function nativeIn(graph: Graph, dialect: Dialect, opset: number): (name: string) => boolean {
  const present = new Set(namesIn(graph));
  const inParts = (name: string): boolean => {
    const part = PARTS[name];
    return part !== undefined && (dialect === 'webgpu' || opset < 17 || present.has(part));
  };
  return (name) => table[name] !== undefined && !inParts(name);
}

function namesIn({ nodes }: Graph): readonly string[] {
  const bodies = new Set(nodes.flatMap((n) => n.op.body?.(n.attrs) ?? []));
  return [...nodes.map((n) => n.op.name), ...[...bodies].flatMap(namesIn)];
}

function emitNode(n: Node, operands: readonly Value[], context: Context, inputs: ReadonlyMap<string, Value>): Value {
  if (isOp(n, inputOp)) return inputs.get(n.attrs.name) as Value;
  if (isOp(n, constantOp)) return context.builder.constant(n.attrs.value as NDArray);
  // Not every kernel takes tensors without elements, and there is nothing to compute.
  if (numel(n.type.shape) === 0) return filled(context.builder, n.type.shape, 0, n.type.dtype);
  const lowering = isOp(n, operatorOp) ? context.operators?.write : table[n.op.name];
  if (lowering === undefined) {
    throw new BackendError(`there is no ONNX lowering for ${n.op.name}`, {
      received: `${n.op.kind} ${n.op.name}`,
      expected: `one of ${Object.keys(table).join(', ')}`,
      fix:
        n.op.name === 'draw'
          ? 'let core turn draws into inputs first, as its trainer does'
          : 'give the op a decomposition, or use another backend',
    });
  }
  return lowering(operands, { attrs: n.attrs, inputs: n.inputs.map((x) => x.type), output: n.type }, context);
}
