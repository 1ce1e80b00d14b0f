import { expectBackend } from '../backend/expect.ts';
import { lifetime } from '../backend/lifetime.ts';
import { prefixPath, StateError, ValueError } from '../errors.ts';
import { expectNamedArrays, expectParameters, initParameters, type Parameters } from '../model/parameters.ts';
import { describeValue, expectCount, expectOptions, notWhatWasWanted } from '../options.ts';
import { fold, key } from '../random/index.ts';
import { keyed } from './arrays.ts';
import { type BoundTrainer, boundTrainer } from './bound-trainer.ts';
import { recipeOf } from './create-trainer.ts';
import { trainerDevice } from './device.ts';
import { names } from './names.ts';
import { expectShapeOfState, parameterEntries, readParameters, readState, savedSlots } from './saved.ts';
import { type Shared, sharedParameters } from './shared-parameters.ts';
import { emptySlots } from './slots.ts';
import { type Recipe, trainedParameters } from './step.ts';
import type { TrainerOptions } from './trainer.ts';
import type { TrainerPart, TrainerParts, Trainers, TrainersOptions, TrainersState } from './trainers.ts';

const OPTIONS: readonly string[] = ['trainers', 'backend', 'seed', 'parameters', 'maxPrograms'];
const PART_OPTIONS: readonly string[] = ['model', 'loss', 'optimizer', 'metrics', 'freeze'];

/**
 * Trainers that take turns on one set of parameters, such as those of a GAN: each has a network, a loss and an optimizer of its own. Parameters
 * of one name are one, on the device once.
 * @throws ValueError for parameters of one name that are not the same, for a trainer with nothing to train, and what `createTrainer` refuses.
 */
export async function createTrainers<const Parts extends TrainerParts>(
  options: TrainersOptions<Parts>,
): Promise<Trainers<Parts>> {
  expectOptions('createTrainers', options, OPTIONS);
  const { backend, seed = 0, maxPrograms = 16 } = options;
  const recipes = recipesOf(options.trainers);
  expectBackend('backend', backend);
  expectCount('createTrainers', 'maxPrograms', maxPrograms);
  const shared = sharedParameters([...recipes].map(([name, { model }]) => [name, model] as const));
  const parameters = options.parameters ?? initParameters(shared, seed);
  expectParameters(shared, parameters);
  const draws = fold(key(seed), 'draws');
  const slots = [...recipes.values()].map(emptySlots);
  const entries = Object.assign(keyed(names.parameter, parameters), ...slots);
  // Nothing after this may fail, or the state would never be freed.
  const alive = lifetime('the group of trainers');
  const device = await trainerDevice(backend, entries, alive);
  const all = new Map<string, BoundTrainer>();
  for (const [name, recipe] of recipes) {
    const own = partOptions(options, name, parameters);
    const binding = { recipe, options: own, draws: fold(draws, name), alive: lifetime(`the trainer ${name}`, alive) };
    all.set(name, boundTrainer(device, binding));
  }
  const wholeState = async (): Promise<TrainersState> => {
    const states: Record<string, TrainersState['trainers'][string]> = {};
    for (const [name, { updates }] of all) {
      const { step, slots } = await readState(recipes.get(name) as Recipe, device.state, updates.count);
      states[name] = { step, slots };
    }
    return { parameters: await readParameters(shared, device.state), trainers: states };
  };
  return {
    trainers: Object.fromEntries([...all].map(([name, { trainer }]) => [name, trainer])) as never,
    parameters: () => device.work(() => readParameters(shared, device.state)),
    state: () => device.work(wholeState) as Promise<TrainersState<keyof Parts & string>>,
    load: (saved) =>
      device.work(async () => {
        await device.state.write(entriesOfAll(shared, recipes, saved));
        for (const [name, { updates }] of all) updates.count = saved.trainers[name as keyof Parts & string].step;
      }),
    dispose() {
      if (alive.isOver) return;
      alive.end();
      for (const { trainer } of all.values()) trainer.dispose();
      device.whenIdle(() => device.state.dispose());
    },
  };
}

function recipesOf(parts: unknown): ReadonlyMap<string, Recipe> {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts) || Object.keys(parts).length === 0) {
    throw notWhatWasWanted('createTrainers: trainers', parts, {
      what: 'a record of at least one trainer',
      example: '{ discriminator: { model, loss, optimizer, freeze: /^generator/ }, generator: { … } }',
    });
  }
  return new Map(Object.entries(parts as TrainerParts).map(([name, part]) => [name, recipeOfPart(name, part)]));
}

function recipeOfPart(name: string, part: TrainerPart): Recipe {
  if (name === '' || name.includes('/') || name === '__proto__') {
    throw new ValueError('a trainer has a name that cannot be part of a path', {
      path: 'createTrainers: trainers',
      received: describeValue(name),
      expected: 'a name without slashes, such as generator',
    });
  }
  try {
    expectOptions(`trainers.${name}`, part, PART_OPTIONS);
    const recipe = recipeOf(part as TrainerOptions, name);
    if (trainedParameters(recipe).length === 0) throw nothingToTrain(recipe, part);
    return recipe;
  } catch (error) {
    throw prefixPath(error, name);
  }
}

function nothingToTrain({ model, optimizer }: Recipe, { freeze }: TrainerPart): ValueError {
  const trainable = model.parameters.filter((p) => p.trainable !== false).map((p) => p.name);
  return new ValueError('this trainer has nothing to train', {
    path: freeze === undefined ? optimizer.label : 'freeze',
    received: `${freeze ?? 'groups'}, which leaves none of: ${trainable.join(', ') || '(the network has no parameters)'}`,
    expected: 'a pattern for the parameters of the other trainers alone',
    fix: 'leave this trainer out, or freeze less',
  });
}

/** What the trainer `name` would have been made of by itself. */
function partOptions(options: TrainersOptions<TrainerParts>, name: string, drawn: Parameters): TrainerOptions {
  const { trainers, backend, seed, parameters, maxPrograms } = options;
  const part = trainers[name] as TrainerPart;
  const own = part.model.parameters.map((p) => [p.name, drawn[p.name] as Parameters[string]] as const);
  return {
    ...(part as TrainerOptions),
    backend,
    ...(seed !== undefined && { seed }),
    ...(parameters !== undefined && { parameters: Object.fromEntries(own) }),
    ...(maxPrograms !== undefined && { maxPrograms }),
  };
}

/** The state entries of `saved`. Throws unless it belongs to these trainers. */
function entriesOfAll(
  shared: Shared,
  recipes: ReadonlyMap<string, Recipe>,
  saved: TrainersState,
): ReturnType<typeof keyed> {
  const { parameters, trainers } = (saved ?? {}) as Partial<TrainersState>;
  if (typeof trainers !== 'object' || trainers === null) {
    throw notWhatWasWanted('load: the state', saved, {
      what: 'a state of several trainers',
      example: 'what state() returned, { parameters, trainers }',
      fix: 'give what state() of the group returned; the state of one trainer goes into its own load(…)',
    });
  }
  expectNamedArrays('load: the saved parameters', parameters);
  const [wanted, given] = [[...recipes.keys()].sort().join(', '), Object.keys(trainers).sort().join(', ')];
  if (wanted !== given) {
    throw new StateError('the state is one of other trainers', {
      received: given || 'none',
      expected: wanted,
      fix: 'make trainers of the same names, or load the parameters alone: createTrainers({ parameters })',
    });
  }
  const slots = [...recipes].map(([name, recipe]) => {
    const own = trainers[name] as TrainersState['trainers'][string];
    try {
      expectShapeOfState({ ...own, parameters });
      return savedSlots(recipe, own.slots);
    } catch (error) {
      throw prefixPath(error, name);
    }
  });
  return Object.assign(parameterEntries(shared, parameters), ...slots);
}
