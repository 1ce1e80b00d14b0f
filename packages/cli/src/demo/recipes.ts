import { fileURLToPath } from 'node:url';
import { type LoadedConfig, loadConfig } from '../config/load.ts';

/** A network of the demo and how it is trained: a config that ships with this package. */
export interface Recipe {
  readonly name: 'mlp' | 'lenet';
  readonly title: string;
  readonly file: string;
  /** What the mean test accuracy of five seeds must reach. */
  readonly accuracy: number;
}

export const RECIPES: readonly Recipe[] = [
  { name: 'mlp', title: 'MLP 784-256-10', file: example('mlp.config.ts'), accuracy: 0.95 },
  { name: 'lenet', title: 'LeNet', file: example('lenet.config.ts'), accuracy: 0.975 },
];

export function loadRecipe({ file }: Recipe, cwd: string): Promise<LoadedConfig> {
  return loadConfig(file, cwd);
}

function example(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
}
