import { onnx } from '@descent/backend-onnx';
import { createTrainer, fit } from '@descent/core';
import { loader } from '@descent/datasets';
import { expect, test } from 'vitest';
import { loadRecipe, RECIPES } from '../src/demo/recipes.ts';

/** More take the gate longer, and say the same. */
const SEEDS = [0, 1, 2];

test.each(RECIPES)('$title reads at least $accuracy of the test digits, over three seeds', async (recipe) => {
  const backend = onnx({ threads: 1 });
  const { model, loss, optimizer, metrics, data, batchSize, epochs } = await loadRecipe(recipe, process.cwd());
  const { train, test: held } = await data.load();
  expect(held).not.toBeNull();
  const accuracies: number[] = [];
  for (const seed of SEEDS) {
    const trainer = await createTrainer({ model, loss, optimizer, metrics, seed, backend });
    const { history } = await fit(trainer, {
      train: loader(train, { batchSize, shuffle: true, seed }),
      test: loader(held ?? train, { batchSize: 500 }),
      epochs,
      log: null,
    });
    accuracies.push(history.at(-1)?.test?.['accuracy'] ?? 0);
    trainer.dispose();
  }
  await backend.dispose();
  const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
  const deviation = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (accuracies.length - 1));
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  console.log(
    `${recipe.title}: test accuracy ${percent(mean)} ± ${percent(deviation)} over seeds ${SEEDS.join(', ')} (${accuracies.map(percent).join(', ')})`,
  );
  expect(mean).toBeGreaterThanOrEqual(recipe.accuracy);
});
