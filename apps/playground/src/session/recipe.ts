import { buildRecipe, type DescentConfig, type Recipe } from '@descent/cli/config';
import { accuracy } from '@descent/core';
import { type Experiment, tableOf } from '../state/experiment.ts';
import type { Task } from './sets.ts';

export type { Recipe };

/**
 * What is trained, and how, as the `descent` command makes it of the same config. The page shows the accuracy wherever there are classes, which the
 * command leaves out where the config names a loss; no other number depends on it.
 */
export function recipeOf(experiment: Experiment, task: Task): Recipe {
  const { data, backend: _, ...config } = experiment;
  const recipe = buildRecipe(config as Omit<DescentConfig, 'data'>, { name: nameOf(data), task });
  const isJudged = recipe.metrics.length > 0 || task === 'regression' || recipe.loss.label !== 'crossEntropy';
  return isJudged ? recipe : { ...recipe, metrics: [accuracy()] };
}

/** What messages call the data. */
function nameOf(data: Experiment['data']): string {
  if ('name' in data) return data.name;
  return 'images' in data ? data.images : (tableOf(data) as string);
}
