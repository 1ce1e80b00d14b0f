import { programInputs } from '@descent/core/backend';
import type { DrawInput, StepGraph, StepGraphs, StepRate } from '@descent/core/programs';
import { emit, newContext } from '../lower.ts';
import type { OnnxModel } from '../model/graph.ts';
import { Names } from '../model/names.ts';
import { withNodeNames } from '../model/node-names.ts';
import type { Value } from '../model/value.ts';
import { withStepOrigins } from './origins.ts';
import { seededDraws } from './seeded-draws.ts';
import { numberOf, stepTable } from './step-numbers.ts';

/** The input that says which step it is. */
export const STEP = 'step';
/** The input that random numbers follow from. */
export const SEED = 'seed';
/** Put before the name of a state entry to name its value after the step. */
export const NEXT = 'next/';

export interface StepLowering {
  readonly opset: number;
  /** Up to which step numbers of the optimizer are known. */
  readonly steps: number;
  /** Whether random numbers are made in the file, from a seed, or fed. */
  readonly random: 'seed' | 'fed';
}

/** The input of a learning rate that is fed, or `null` of one that follows from the step. */
export function rateInput({ group, kind }: StepRate): string | null {
  if (kind === 'schedule') return null;
  return group === -1 ? 'learning_rate' : `learning_rate/${group}`;
}

/**
 * A step of training as a model: what follows from the step or the seed is computed inside. It is lowered as onnx:cpu lowers it for one thread
 * among others, so that it computes the same numbers.
 */
export function lowerStep(
  { graph, results, written }: StepGraph,
  { rates, numbers, entryOf, slotPrefix }: Pick<StepGraphs, 'rates' | 'numbers' | 'entryOf' | 'slotPrefix'>,
  draws: readonly DrawInput[],
  { opset, steps, random }: StepLowering,
): OnnxModel {
  const used = programInputs({ graph });
  const fed = rates.filter((rate) => used.has(rate.input)).flatMap((rate) => rateInput(rate) ?? []);
  const outputs = [...graph.outputs.keys()].map(
    (name) => [name, written.includes(name) ? `${NEXT}${name}` : name] as const,
  );
  const taken = [...used.keys(), ...fed, STEP, SEED, ...outputs.map(([, name]) => name)];
  const context = newContext(new Names(taken), [], { opset });
  const { builder } = context;
  const step = builder.declare({ name: STEP, dtype: 'int64', shape: [] });
  const seed: Value = { name: SEED, dtype: 'int64', shape: [] };
  const isSeeded = random === 'seed' && draws.length > 0;
  builder.origin = 'random';
  const made = new Map<string, Value>(isSeeded ? seededDraws(builder, builder.declare(seed), step, draws) : []);
  const inputs: Value[] = [];
  const declared = (value: Value): Value => {
    inputs.push(builder.declare(value));
    return value;
  };
  builder.origin = 'step';
  const seen = new Map<string, Value>();
  for (const [name, { type }] of inReadingOrder(used)) {
    const rate = rates.find(({ input }) => input === name);
    const port = rate && rateInput(rate);
    const number = rate ?? numbers.find(({ input }) => input === name);
    if (made.has(name)) seen.set(name, made.get(name) as Value);
    else if (typeof port === 'string') seen.set(name, declared({ ...type, name: port }));
    else if (number !== undefined) seen.set(name, numberOf(builder, stepTable(number, steps), step));
    else seen.set(name, declared({ ...type, name }));
  }
  // Slots are called `momentum/0.weight` and the like.
  const parameterOf = (entry: string): string =>
    entry.startsWith(slotPrefix)
      ? entry.slice(slotPrefix.length).replace(/^[^/]*\//, '')
      : entry.slice(entryOf('').length);
  const told = withStepOrigins(
    graph,
    results.map(({ output }) => output),
    written,
    parameterOf,
  );
  const values = emit(told, context, seen);
  return withNodeNames({
    opset: builder.opset,
    graph: builder.finish(
      'train_step',
      [...inputs, step, ...(isSeeded ? [seed] : [])],
      new Map(outputs.map(([name, output]) => [output, values.get(name) as Value])),
    ),
  });
}

/** Samples, then targets, then the rest as it comes. */
function inReadingOrder<T>(inputs: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  const place = (name: string): number => ['x', 'y'].findLastIndex((of) => name === of || name.startsWith(`${of}/`));
  const all = [...inputs];
  return [0, 1, -1].flatMap((at) => all.filter(([name]) => place(name) === at));
}
