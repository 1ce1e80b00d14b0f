import { imageFiles } from './image-files.ts';
import type { LazyDatasetOf, LazyRecipe } from './lazy-dataset.ts';
import { makeFromModule } from './module-dataset.ts';

/** Makes a lazy dataset from its recipe. */
export async function remake(recipe: LazyRecipe): Promise<LazyDatasetOf> {
  if (recipe.kind === 'imageFiles') return imageFiles(recipe.folder, recipe.options);
  return makeFromModule(recipe.module, recipe.export, recipe.options);
}
