import type { Arrays, State } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import { expectFinite } from '../ir/finite.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { expectParameters, type Parameters } from '../model/parameters.ts';
import { describeValue } from '../options.ts';
import { keyed, pick } from './arrays.ts';
import { names } from './names.ts';
import { expectSlots, slotEntries, slotShapes } from './slots.ts';
import type { Recipe } from './step.ts';

/** Everything that a run needs to go on: put it in a file, load it into a trainer of the same network and optimizer. */
export interface TrainerState {
  readonly step: number;
  readonly parameters: Parameters;
  /** Optimizer slots, as `momentum/0.weight`. */
  readonly slots: Readonly<Record<string, NDArray>>;
}

export async function readParameters(model: Pick<AnyLayer, 'parameters'>, state: State): Promise<Parameters> {
  const wanted = model.parameters.map((p) => names.parameter(p.name));
  return pick(await state.read(wanted), names.parameter('')) as Parameters;
}

export async function readState(recipe: Recipe, state: State, step: number): Promise<TrainerState> {
  const kept = names.slots(recipe.owner);
  const all = await state.read([
    ...recipe.model.parameters.map((p) => names.parameter(p.name)),
    ...[...slotShapes(recipe).keys()].map((name) => `${kept}${name}`),
  ]);
  return { step, parameters: pick(all, names.parameter('')) as Parameters, slots: pick(all, kept) };
}

/** The state entries of `saved`. Throws unless it belongs to the network and optimizer of `recipe` and is all finite. */
export function entriesOf(recipe: Recipe, saved: TrainerState): Arrays {
  expectShapeOfState(saved);
  return { ...parameterEntries(recipe.model, saved.parameters), ...savedSlots(recipe, saved.slots) };
}

/** The state entries of saved parameters. Throws unless they are those of `model` and finite. */
export function parameterEntries(model: Pick<AnyLayer, 'parameters'>, parameters: Parameters): Arrays {
  expectParameters(model, parameters, 'the saved parameters');
  return keyed(names.parameter, parameters);
}

/** The state entries of saved slots. Throws unless they are those of the recipe's optimizer and finite. */
export function savedSlots(recipe: Recipe, slots: Arrays): Arrays {
  expectSlots(recipe, slots);
  expectFinite('the saved optimizer state', slots);
  return slotEntries(recipe, slots);
}

export function expectShapeOfState(saved: TrainerState): void {
  const { step, parameters, slots } = (saved ?? {}) as Partial<TrainerState>;
  const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  const problem =
    typeof saved !== 'object' || saved === null
      ? describeValue(saved)
      : !Number.isSafeInteger(step) || (step as number) < 0
        ? `step ${describeValue(step)}`
        : !isRecord(parameters)
          ? `parameters: ${describeValue(parameters)}`
          : isRecord(slots)
            ? null
            : `slots: ${describeValue(slots)}`;
  if (problem === null) return;
  throw new ValueError('this is no state of a trainer', {
    received: problem,
    expected: '{ step, parameters, slots }: a whole number of steps from 0 on, and arrays by name',
    fix: 'give what trainer.state() returned; parameters alone go into createTrainer({ parameters })',
  });
}
