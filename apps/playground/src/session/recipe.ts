import { buildRecipe, type DataTask, type DescentConfig, type Recipe } from '@descent/cli/config';
import { accuracy } from '@descent/core';
import { type Experiment, filesName, tableOf } from '../state/experiment.ts';
import type { Sets } from './sets.ts';

export type { Recipe };

/**
 * What is trained, and how, as the `descent` command makes it of the same config. The page shows the accuracy wherever there are classes, which the
 * command leaves out where the config names a loss; no other number depends on it.
 */
export function recipeOf(experiment: Experiment, learned: DataTask): Recipe {
  const { data: __, backend: _, ...config } = experiment;
  const recipe = buildRecipe(config as Omit<DescentConfig, 'data'>, learned);
  const isJudged =
    recipe.metrics.length > 0 ||
    learned.task === 'regression' ||
    recipe.loss.label !== 'crossEntropy' ||
    (learned.targets ?? []).length > 0;
  return isJudged ? recipe : { ...recipe, metrics: [accuracy()] };
}

/** What is learned from these data. */
export function learnedOf(
  { data }: Pick<Experiment, 'data'>,
  { task, targets }: Pick<Sets, 'task' | 'targets'>,
): DataTask {
  return { name: nameOf(data), task, ...(targets !== undefined && { targets }) };
}

/** What messages call the data. */
function nameOf(data: Experiment['data']): string {
  if ('name' in data) return data.name;
  if ('files' in data) return filesName(data);
  return 'images' in data ? data.images : (tableOf(data) as string);
}
