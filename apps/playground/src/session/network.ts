import {
  type AnyTrainer,
  type Backend,
  createTrainer,
  type FitPosition,
  forwardGraph,
  type Loss,
  type OutputKind,
  outputKindOf,
  type Parameters,
  type SampleType,
  summarize,
  type Tree,
} from '@descent/core';
import { isLeaf, mapTree } from '@descent/core/backend';
import { loader } from '@descent/datasets';
import type { Experiment } from '../state/experiment.ts';
import { type OpenedEngine, openEngine } from './engines.ts';
import type { EngineInfo, Opened, OwnData, SessionEvent } from './protocol.ts';
import { learnedOf, type Recipe, recipeOf } from './recipe.ts';
import { type Examples, loadSets, type Sets } from './sets.ts';

/** A network in training, with everything that it is trained with. */
export interface Network {
  readonly experiment: Experiment;
  readonly sets: Sets;
  readonly recipe: Recipe;
  readonly sample: Tree<SampleType>;
  readonly kind: OutputKind;
  readonly batches: Batches;
  backend: Backend;
  info: EngineInfo;
  trainer: AnyTrainer;
  /** Where training stands. */
  position: () => FitPosition;
}

type Batches = ReturnType<typeof trainBatches>;

export const START: FitPosition = { epoch: 1, step: 0, totals: { sums: {}, samples: 0 }, history: [] };

/** Samples that are judged at once, as `descent train` does it. */
export const HELD_OUT_BATCH = 500;

type Emit = (event: SessionEvent) => void;
type OpenEngine = (engine: Experiment['backend']) => Promise<OpenedEngine>;

/** Loads the data, builds the network and puts its first parameters on the engine. */
export async function openNetwork(
  experiment: Experiment,
  own: OwnData | null,
  { emit, open = openEngine }: { readonly emit: Emit; readonly open?: OpenEngine },
): Promise<Network> {
  emit({ type: 'loading', what: 'data' });
  const sets = await loadSets(experiment, own);
  const recipe = recipeOf(experiment, learnedOf(experiment, sets));
  const sample = sampleOf(sets.train);
  // A network that does not fit the data is no reason to load an engine.
  summarize(recipe.model, sample);
  emit({ type: 'loading', what: 'engine' });
  const { backend, info } = await open(experiment.backend);
  try {
    return {
      ...{ experiment, sets, recipe, sample, backend, info },
      kind: kindOf(recipe, sample),
      batches: trainBatches(sets.train, experiment),
      trainer: await trainerOn(backend, recipe, experiment.seed),
      position: () => START,
    };
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

/** A trainer with the first parameters of the seed, or with those that are given. */
export async function trainerOn(
  backend: Backend,
  recipe: Recipe,
  seed: number,
  parameters?: Parameters,
): Promise<AnyTrainer> {
  const given = parameters === undefined ? {} : { parameters };
  const { model, loss, optimizer, metrics } = recipe;
  const options = { model, loss, optimizer, metrics, seed, backend, ...given };
  return (await createTrainer(options)) as unknown as AnyTrainer;
}

export async function disposeNetwork({ trainer, backend }: Network): Promise<void> {
  trainer.dispose();
  await backend.dispose();
}

/** What the page is told of a network. */
export function openedOf({ experiment, sets, recipe, sample, batches, info }: Network): Opened {
  const { rows, total } = summarize(recipe.model, sample);
  return {
    sampleShape: isLeaf(sets.train.x) ? sets.train.x.shape.slice(1) : [],
    outputShape: rows.at(-1)?.outputShape.slice(1) ?? [],
    classes: sets.train.classes,
    task: sets.task === 'classification' || sets.task === 'regression' ? sets.task : 'other',
    isPlain: arePlain(sets),
    learned: learnedOf(experiment, sets),
    ...(sets.preparation !== undefined && { preparation: sets.preparation }),
    ...(sets.train.pictures !== undefined && { pictures: sets.train.pictures }),
    trainSamples: sets.train.length,
    validationSamples: sets.validation?.length ?? 0,
    testSamples: sets.test?.length ?? 0,
    parameterCount: total,
    parameters: recipe.model.parameters.map(({ name, shape, trainable = true }) => ({
      ...{ name, shape, isTrained: trainable },
    })),
    stepsAnEpoch: batches.length,
    engine: info,
    optimizer: recipe.optimizer.label,
    ...(sets.text !== undefined && { text: sets.text }),
  };
}

function sampleOf({ x }: Examples): Tree<SampleType> {
  return mapTree(x, ({ dtype, shape }) => ({ shape: shape.slice(1), dtype: dtype === 'float64' ? 'float32' : dtype }));
}

/** Whether samples and targets are one array each, as views show them. */
export function arePlain({ train }: Pick<Sets, 'train'>): boolean {
  return isLeaf(train.x) && isLeaf(train.y);
}

function trainBatches(train: Examples, { batchSize, seed }: Experiment) {
  return loader(train, { batchSize, shuffle: true, seed });
}

/** The batches of a set that is judged and not trained on, as `descent train` makes them. */
export function evaluated(data: Examples) {
  return loader(data, { batchSize: Math.min(HELD_OUT_BATCH, data.length) });
}

function kindOf(
  { model, loss }: { readonly model: Recipe['model']; readonly loss: Loss },
  sample: Tree<SampleType>,
): OutputKind {
  const output = forwardGraph(model, sample, { prefix: 'parameter/' }).outputs.get('output');
  return output === undefined ? 'values' : outputKindOf(output, loss);
}
