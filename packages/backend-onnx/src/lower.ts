import {
  BackendError,
  constantOp,
  type Graph,
  inputOp,
  isOp,
  type NDArray,
  type Node,
  numel,
  optimize,
  type Program,
  programInputs,
} from '@descent/core/backend';
import { fuse } from './fusion.ts';
import type { Context, Dialect } from './lowerings/context.ts';
import { fusedLowerings } from './lowerings/fused.ts';
import { type AnyLowering, lowerings } from './lowerings/index.ts';
import { GraphBuilder } from './model/builder.ts';
import type { OnnxModel, ValueInfo } from './model/graph.ts';
import { filled, gather } from './model/ops.ts';
import type { Value } from './model/value.ts';
import { costRules, type Strategies } from './strategies.ts';

export interface LowerOptions {
  /** Which operators may occur. Default `'cpu'`. */
  readonly dialect?: Dialect;
  /** Version of the ONNX operator set. Default 17. */
  readonly opset?: number;
  /** Name of the graph in the model. Default `'main'`. */
  readonly name?: string;
  /** How to choose among the ways to compute an op. Default: the measured rules. */
  readonly strategies?: Strategies;
}

/** A graph as an ONNX model. */
export interface Lowered {
  readonly model: OnnxModel;
  /** Name in the model of each graph output: its own, with a suffix when an input is called the same. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The choices made among strategies, one line each. */
  readonly notes: readonly string[];
}

/** An ONNX model that computes `graph`. A dynamic axis becomes the symbolic size `batch`. */
export function lowerGraph(graph: Graph, options: LowerOptions = {}): Lowered {
  const outputs = outputNames(graph);
  const inputs = inputValues(graph);
  const notes: string[] = [];
  const context = newContext([...inputs.keys(), ...outputs.values()], notes, options);
  const { builder } = context;
  for (const value of inputs.values()) builder.declare(value);
  const values = emit(graph, context, inputs);
  const results = new Map([...outputs].map(([output, name]) => [name, values.get(output) as Value]));
  const model = { graph: builder.finish(options.name ?? 'main', [...inputs.values()], results), opset: builder.opset };
  return { model, outputs, notes };
}

/** The input of a loop model that says how many steps to run. */
export const STEPS_INPUT = 'loop/steps';

/**
 * An ONNX model that runs `program` several times in one go: its inputs are the number of steps, the state, and the feeds with one more
 * axis in front; its outputs are the state after the last step, and the results with one more axis in front. State that is only read is
 * used from outside of the loop, so it is not copied.
 */
export function lowerLoop({ graph, reads, writes }: Program, options: LowerOptions = {}): Lowered {
  const outputs = outputNames(graph);
  const inputs = inputValues(graph);
  const notes: string[] = [];
  const inLoop = (name: string): string => `loop/${name}`;
  const reserved = [
    ...inputs.keys(),
    ...outputs.values(),
    ...[...outputs.values()].map(inLoop),
    ...LOOP_NAMES,
    ...writes.map(carriedName),
  ];
  const context = newContext(reserved, notes, options);
  const { builder } = context;

  const iteration: Value = { name: 'loop/iteration', dtype: 'int64', shape: [] };
  const goOn: Value = { name: 'loop/condition', dtype: 'bool', shape: [] };
  const isFed = (name: string): boolean => !reads.includes(name);
  const inside = new Map<string, Value>();
  for (const [name, value] of inputs) {
    if (isFed(name))
      inside.set(name, builder.declare(gather(builder, { ...value, shape: [0, ...value.shape] }, iteration, 0)));
    else inside.set(name, writes.includes(name) ? { ...value, name: carriedName(name) } : value);
  }
  const values = emit(graph, context, inside);

  // Entries that are written without being read have no initial value in the graph: only their last value matters, so they are results.
  const carried = writes.filter((name) => inputs.has(name));
  const stacked = [...outputs.keys()].filter((name) => !carried.includes(name));
  const results = new Map([
    ['loop/go on', goOn],
    ...[...carried, ...stacked].map((n) => [inLoop(outputs.get(n) as string), values.get(n) as Value] as const),
  ]);
  const body = builder.finish('step', [iteration, goOn, ...carried.map((name) => inside.get(name) as Value)], results);
  const info = (name: string, { dtype, shape }: Value, lead: readonly string[]): ValueInfo => ({
    name,
    dtype,
    shape: [...lead, ...shape.map((d) => (d < 0 ? 'batch' : d))],
  });
  const loop = {
    type: 'Loop',
    inputs: [STEPS_INPUT, '', ...carried],
    outputs: [...carried, ...stacked].map((name) => outputs.get(name) as string),
    attributes: { body: { ...body, constants: new Map() } },
  };
  const main = {
    name: options.name ?? 'main',
    inputs: [
      { name: STEPS_INPUT, dtype: 'int64', shape: [] } as const,
      ...[...inputs].map(([name, value]) => info(name, value, isFed(name) ? ['steps'] : [])),
    ],
    outputs: [
      ...carried.map((name) => info(outputs.get(name) as string, values.get(name) as Value, [])),
      ...stacked.map((name) => info(outputs.get(name) as string, values.get(name) as Value, ['steps'])),
    ],
    constants: body.constants,
    nodes: [loop],
  };
  return { model: { graph: main, opset: builder.opset }, outputs, notes };
}

const LOOP_NAMES = [STEPS_INPUT, 'loop/iteration', 'loop/condition', 'loop/go on'];

function carriedName(name: string): string {
  return `loop/carried/${name}`;
}

function newContext(
  reserved: readonly string[],
  notes: string[],
  { dialect = 'cpu', opset, strategies = costRules }: LowerOptions,
): Context {
  return { builder: new GraphBuilder(reserved, opset), dialect, strategies, note: (text) => void notes.push(text) };
}

function inputValues(graph: Graph): ReadonlyMap<string, Value> {
  return new Map([...programInputs({ graph })].map(([name, { type }]) => [name, { name, ...type }]));
}

/** ONNX has one name space for inputs and outputs. */
function outputNames(graph: Graph): ReadonlyMap<string, string> {
  const taken = new Set([...programInputs({ graph }).keys(), ...graph.outputs.keys()]);
  const inputs = programInputs({ graph });
  const fresh = (name: string): string => {
    let candidate = `${name}/next`;
    while (taken.has(candidate)) candidate = `${candidate}/next`;
    taken.add(candidate);
    return candidate;
  };
  return new Map([...graph.outputs.keys()].map((name) => [name, inputs.has(name) ? fresh(name) : name]));
}

const table = { ...lowerings, ...fusedLowerings } as unknown as Readonly<Record<string, AnyLowering | undefined>>;

/** Lowers every node; returns the graph's outputs by name. */
function emit(graph: Graph, context: Context, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const ready = fuse(optimize(graph, (name) => table[name] !== undefined));
  const values = new Map<Node, Value>();
  for (const n of ready.nodes)
    values.set(
      n,
      emitNode(
        n,
        n.inputs.map((x) => values.get(x) as Value),
        context,
        inputs,
      ),
    );
  return new Map([...ready.outputs].map(([name, n]) => [name, values.get(n) as Value]));
}

function emitNode(n: Node, operands: readonly Value[], context: Context, inputs: ReadonlyMap<string, Value>): Value {
  if (isOp(n, inputOp)) return inputs.get(n.attrs.name) as Value;
  if (isOp(n, constantOp)) return context.builder.constant(n.attrs.value as NDArray);
  // Not every kernel takes tensors without elements, and there is nothing to compute.
  if (numel(n.type.shape) === 0) return filled(context.builder, n.type.shape, 0, n.type.dtype);
  const lowering = table[n.op.name];
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
