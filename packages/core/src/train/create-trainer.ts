import { expectBackend } from '../backend/expect.ts';
import { lifetime } from '../backend/lifetime.ts';
import type { Node } from '../ir/node.ts';
import type { Tensors } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { expectLoss } from '../losses/expect.ts';
import { expectMetrics } from '../metrics/expect.ts';
import { expectParameters, initParameters } from '../model/parameters.ts';
import { expectOptimizer } from '../optimizers/expect.ts';
import { expectMatches } from '../optimizers/groups.ts';
import { expectCount, expectOptions } from '../options.ts';
import { fold, key } from '../random/key.ts';
import { keyed } from './arrays.ts';
import { boundTrainer } from './bound-trainer.ts';
import { trainerDevice } from './device.ts';
import { frozenBy } from './frozen.ts';
import { expectNames } from './metrics.ts';
import { names } from './names.ts';
import { emptySlots } from './slots.ts';
import type { Recipe } from './step.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

const OPTIONS: readonly string[] = [
  ...['model', 'loss', 'optimizer', 'backend', 'metrics', 'seed'],
  ...['parameters', 'freeze', 'maxPrograms'],
];

/**
 * Binds a network, a loss and an optimizer to a backend: draws the parameters from the seed and puts them on the device. Programs are
 * compiled at the first batch of each shape.
 */
export async function createTrainer<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = never,
>(options: TrainerOptions<In, Out, Target, Name>): Promise<Trainer<In, Out, Target, Name>> {
  expectOptions('createTrainer', options, OPTIONS);
  const given = options as unknown as TrainerOptions;
  const { model, backend, seed = 0, maxPrograms = 16 } = given;
  const recipe = recipeOf(given);
  expectBackend('backend', backend);
  expectCount('createTrainer', 'maxPrograms', maxPrograms);
  const parameters = given.parameters ?? initParameters(model, seed);
  expectParameters(model, parameters);
  const draws = fold(key(seed), 'draws');
  const entries = { ...keyed(names.parameter, parameters), ...emptySlots(recipe) };
  // Nothing after this may fail, or the state would never be freed.
  const alive = lifetime('the trainer');
  const device = await trainerDevice(backend, entries, alive);
  const onEnd = (): void => device.state.dispose();
  return boundTrainer(device, { recipe, options: given, draws, alive, onEnd }).trainer as unknown as Trainer<
    In,
    Out,
    Target,
    Name
  >;
}

type RecipeOptions = Pick<TrainerOptions, 'model' | 'loss' | 'optimizer' | 'metrics' | 'freeze'>;

/** What is trained, and how. Throws for parts that are none, and patterns that match nothing. */
export function recipeOf(options: RecipeOptions, owner = ''): Recipe {
  const { model, loss, optimizer, metrics = [] } = options;
  expectLayer('model', model);
  expectLoss('loss', loss);
  expectOptimizer('optimizer', optimizer);
  expectMetrics('metrics', metrics);
  expectNames(metrics);
  expectMatches(optimizer, model.parameters);
  return { model, loss, optimizer, metrics, isFrozen: frozenBy(options), owner };
}
