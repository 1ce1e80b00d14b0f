import { DYNAMIC, type Program } from '@descent/core/backend';
import { emit, inputValues, type Lowered, type LowerOptions, newContext, outputNames, viewsOf } from './lower.ts';
import { DYNAMIC_NAME } from './model/builder.ts';
import type { OnnxNode, ValueInfo } from './model/graph.ts';
import { Names } from './model/names.ts';
import { gather } from './model/ops.ts';
import type { Value } from './model/value.ts';

export interface LoweredLoop extends Omit<Lowered, 'types'> {
  /** Name of the input, int64 of rank 0, that says how many steps to run. */
  readonly steps: string;
}

/**
 * An ONNX model that runs `program` several times in one go: its inputs are the number of steps, the state, and the feeds with one more
 * axis in front; its outputs are the state after the last step, and the results with one more axis in front. State that is only read is
 * used from outside of the loop, so it is not copied from step to step.
 */
export function lowerLoop({ graph, ...program }: Program, options: LowerOptions = {}): LoweredLoop {
  const [reads, writes] = [new Set(program.reads), new Set(program.writes)];
  const inputs = inputValues(graph);
  const names = new Names([...inputs.keys(), ...graph.outputs.keys()]);
  const outputs = outputNames(graph, names);
  const steps: Value = { name: names.fresh('loop/steps'), dtype: 'int64', shape: [] };
  const iteration: Value = { name: names.fresh('loop/iteration'), dtype: 'int64', shape: [] };
  const goOn: Value = { name: names.fresh('loop/condition'), dtype: 'bool', shape: [] };
  const notes: string[] = [];
  const context = newContext(names, notes, options);
  const { builder } = context;

  // What a step sees: its entry of each feed, and the state as the step before left it.
  const seen = new Map<string, Value>();
  for (const [name, value] of inputs) {
    if (!reads.has(name)) {
      const all = { ...value, shape: [STEPS, ...value.shape] };
      seen.set(name, builder.declare(gather(builder, all, iteration, 0)));
    } else {
      seen.set(name, writes.has(name) ? { ...value, name: names.fresh(`loop/before/${name}`) } : value);
    }
  }
  const values = emit(graph, context, seen);

  // An entry that is written without being read is not carried; it is stacked like a result.
  const carried = program.writes.filter((name) => inputs.has(name));
  const stacked = [...outputs.keys()].filter((name) => !(writes.has(name) && inputs.has(name)));
  const views = viewsOf(
    values,
    builder,
    (options.viewed ?? []).filter((name) => carried.includes(name)),
  );
  const after = (name: string): Value => views.get(name) ?? (values.get(name) as Value);
  const bodyOutputs = [...carried, ...stacked].map((name) => [names.fresh(`loop/after/${name}`), after(name)] as const);
  // What is carried in another shape is brought into it before the loop, and into its own at the start of each step; neither copies.
  const before = new Map([...views.keys()].map((name) => [name, names.fresh(`loop/viewed/${name}`)]));
  const carriedIn = carried.map((name) => {
    const own = seen.get(name) as Value;
    const view = views.get(name);
    return view === undefined ? own : { ...view, name: names.fresh(`loop/before/${name}`) };
  });
  const toOwn = carried.flatMap((name, i) => {
    const [own, given] = [seen.get(name) as Value, carriedIn[i] as Value];
    return views.has(name) ? [reshapeNode(given.name, builder.ints(own.shape), own.name)] : [];
  });
  const toView = [...views].map(([name, { shape }]) =>
    reshapeNode(name, builder.ints(shape), before.get(name) as string),
  );
  const { constants, ...body } = builder.finish(
    'step',
    [iteration, goOn, ...carriedIn],
    new Map([[names.fresh('loop/go on'), goOn], ...bodyOutputs]),
  );
  const loop: OnnxNode = {
    type: 'Loop',
    // No condition: all steps are run.
    inputs: [steps.name, '', ...carried.map((name) => before.get(name) ?? name)],
    outputs: [...carried, ...stacked].map((name) => outputs.get(name) as string),
    attributes: { body: { ...body, nodes: [...toOwn, ...body.nodes], constants: new Map() } },
  };
  const outer = (name: string, { dtype, shape }: Value, isStacked: boolean): ValueInfo => {
    const sizes = shape.map((d) => (d === DYNAMIC ? DYNAMIC_NAME : d));
    return { name, dtype, shape: isStacked ? ['steps', ...sizes] : sizes };
  };
  const output = (name: string, isStacked: boolean): ValueInfo =>
    outer(outputs.get(name) as string, after(name), isStacked);
  const main = {
    name: options.name ?? 'main',
    inputs: [
      outer(steps.name, steps, false),
      ...[...inputs].map(([name, value]) => outer(name, value, !reads.has(name))),
    ],
    outputs: [...carried.map((name) => output(name, false)), ...stacked.map((name) => output(name, true))],
    constants,
    nodes: [...toView, loop],
  };
  return {
    ...{ model: { graph: main, opset: builder.opset }, outputs, notes, steps: steps.name },
    views: new Map([...views.keys()].map((name) => [name, (values.get(name) as Value).shape])),
  };
}

function reshapeNode(source: string, shape: Value, result: string): OnnxNode {
  return { type: 'Reshape', inputs: [source, shape.name], outputs: [result], attributes: {} };
}

/** Stands for the number of steps where only the other axes matter. */
const STEPS = 1;
