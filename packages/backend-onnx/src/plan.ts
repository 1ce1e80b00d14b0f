import { type NDArray, type Program, programInputs, type Shape, type TensorType } from '@descent/core/backend';
import { type LowerOptions, lowerGraph } from './lower.ts';
import { lowerLoop } from './lower-loop.ts';
import type { ResultType } from './model/builder.ts';
import { type ModelBytes, sessionBytes, withConstants } from './model/constants.ts';
import type { OnnxModel } from './model/graph.ts';
import { modelParts } from './model/parts.ts';
import { modelText } from './model/text.ts';
import type { Constant } from './model/value.ts';
import { type OptimizationLevel, optimizationLevel, trainingLevel } from './optimization-level.ts';

/** A program as a model, and how to feed it: plain data, which can be sent to another thread. */
export interface Plan extends ModelBytes {
  /** What is fed or read. */
  readonly inputs: ReadonlyMap<string, TensorType>;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** How far ONNX Runtime shall rewrite the model, unless the user has said it. */
  readonly level: OptimizationLevel;
  /** Name in the model of each output. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Their types in the model, by these names. */
  readonly types: ReadonlyMap<string, ResultType>;
  /** Shapes of outputs that have another one in the model. */
  readonly views: ReadonlyMap<string, Shape>;
  /** The choices made among strategies, one line each. */
  readonly notes: readonly string[];
  /** Whether operators that the device does not have may run on the processor. Default false. */
  readonly mayFallBack?: boolean;
  /** Whether the program has constants: it is asked, not trained. */
  readonly isAsked: boolean;
}

/** What is left of a plan when its session is open. */
export type OpenedPlan = Omit<Plan, keyof ModelBytes>;

/** What is made of a program only when it is asked for. */
export interface LazyPlans {
  /** Many steps as one model, with those inputs as constants. Not for programs that have constants of their own. */
  readonly loop: (constants: ReadonlyMap<string, Constant>) => LoopPlan;
  /** One step, with those inputs as constants. Not for programs that have constants of their own. */
  readonly step: (constants: ReadonlyMap<string, Constant>) => ModelBytes & Pick<Plan, 'level' | 'views'>;
  /** The model as text. */
  readonly text: () => string;
}

/** The same program run several times by one model. */
export interface LoopPlan extends ModelBytes, Pick<Plan, 'level' | 'outputs' | 'views'> {
  /** Name of the input that says how often. */
  readonly steps: string;
}

export function planOf(program: Program, options: LowerOptions): Plan {
  const { reads, writes } = program;
  const constants = constantsOf(program);
  const { model: open, outputs, types, views, notes } = lowerGraph(program.graph, withViews(program, options));
  const model = withConstants(open, constants);
  const inputs = [...programInputs(program)].filter(([name]) => !constants.has(name));
  return {
    ...sessionBytes(model),
    inputs: new Map(inputs.map(([name, { type }]) => [name, type])),
    reads,
    writes,
    level: levelOf(model, program, options),
    ...{ outputs, views },
    types: new Map([...outputs.values()].map((name) => [name, types.get(name) as ResultType])),
    notes: constants.size === 0 ? notes : [`constants: ${[...constants.keys()].join(', ')}`, ...notes],
    isAsked: constants.size > 0,
  };
}

/** A state may keep what is written in whatever shape it comes. */
function withViews({ writes }: Pick<Program, 'writes'>, options: LowerOptions): LowerOptions {
  return options.inBlocks == null ? options : { ...options, viewed: writes };
}

/** Of steps of training on other devices than processors nothing is known. */
function levelOf({ graph }: OnnxModel, { writes }: Program, { dialect = 'cpu' }: LowerOptions): OptimizationLevel {
  return writes.length > 0 && dialect === 'cpu' ? trainingLevel(graph) : optimizationLevel(graph);
}

function constantsOf({ constants = {} }: Program): ReadonlyMap<string, Constant> {
  return new Map(Object.entries(constants).map(([name, value]) => [name, toConstant(value)]));
}

function toConstant({ dtype, shape, data }: NDArray): Constant {
  return dtype === 'float64' ? { dtype: 'float32', shape, data: Float32Array.from(data) } : { dtype, shape, data };
}

/** `level` is that of the program's plan: one step at a time and many in one run have the same bits then. */
export function lazyPlansOf(
  { graph, reads, writes }: Program,
  options: LowerOptions,
  level: OptimizationLevel,
): LazyPlans {
  // Without its constants, which would be kept as long as the plans.
  const program = { graph, reads, writes };
  const viewed = withViews(program, options);
  return {
    loop(constants) {
      const { model, outputs, views, steps } = lowerLoop(program, viewed);
      return { ...sessionBytes(withConstants(model, constants)), level, outputs, views, steps };
    },
    step(constants) {
      const { model, views } = lowerGraph(graph, viewed);
      return { ...sessionBytes(withConstants(model, constants)), level, views };
    },
    text: () => modelText(modelParts(lowerGraph(graph, options).model)),
  };
}
