import { type Program, programInputs, type TensorType } from '@descent/core/backend';
import { type LowerOptions, lowerGraph } from './lower.ts';
import { lowerLoop } from './lower-loop.ts';
import { modelParts } from './model/parts.ts';
import { modelText } from './model/text.ts';
import { toBytes } from './model/to-bytes.ts';
import { type OptimizationLevel, optimizationLevel } from './optimization-level.ts';

/** A program as a model, and how to feed it: plain data, which can be sent to another thread. */
export interface Plan {
  readonly inputs: ReadonlyMap<string, TensorType>;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly bytes: Uint8Array;
  /** How far ONNX Runtime shall rewrite the model, unless the user has said it. */
  readonly level: OptimizationLevel;
  /** Name in the model of each output. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The choices made among strategies, one line each. */
  readonly notes: readonly string[];
  /** Whether operators that the device does not have may run on the processor. Default false. */
  readonly mayFallBack?: boolean;
}

/** What is made of a program only when it is asked for. */
export interface LazyPlans {
  /** Called when several steps are run at once for the first time. */
  readonly loop: () => LoopPlan;
  /** The model as text. */
  readonly text: () => string;
}

/** The same program run several times by one model. */
export interface LoopPlan {
  readonly bytes: Uint8Array;
  readonly level: OptimizationLevel;
  readonly outputs: ReadonlyMap<string, string>;
  /** Name of the input that says how often. */
  readonly steps: string;
}

export function planOf(program: Program, options: LowerOptions): Plan {
  const { model, outputs, notes } = lowerGraph(program.graph, options);
  const inputs = new Map([...programInputs(program)].map(([name, { type }]) => [name, type]));
  const level = optimizationLevel(model.graph);
  return { inputs, reads: program.reads, writes: program.writes, bytes: toBytes(model), level, outputs, notes };
}

function loopPlanOf(program: Program, options: LowerOptions): LoopPlan {
  const { model, outputs, steps } = lowerLoop(program, options);
  return { bytes: toBytes(model), level: optimizationLevel(model.graph), outputs, steps };
}

export function lazyPlansOf(program: Program, options: LowerOptions): LazyPlans {
  return {
    loop: () => loopPlanOf(program, options),
    text: () => modelText(modelParts(lowerGraph(program.graph, options).model)),
  };
}
