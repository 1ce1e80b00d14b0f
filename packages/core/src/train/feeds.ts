import type { Arrays } from '../backend/contract.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { groupRate, type Optimizer } from '../optimizers/optimizer.ts';
import type { Key } from '../random/index.ts';
import { type DrawInput, drawSteps } from './draws.ts';
import { names } from './names.ts';

/** The random draws of steps `first` to `first + steps − 1`. */
export function drawFeeds(root: Key, draws: readonly DrawInput[], first: number, steps: number): Arrays {
  return Object.fromEntries(draws.map((d) => [d.name, drawSteps(root, d, first, steps)]));
}

/** Learning rates and other numbers of these steps. */
export function scalarFeeds(optimizer: Optimizer, first: number, steps: number): Arrays {
  const feeds: Record<string, NDArray> = {};
  const groups = [-1, ...(optimizer.groups ?? []).keys()];
  const scalars: Readonly<Record<string, number>>[] = Array.from({ length: steps }, (_, i) =>
    Object.fromEntries([
      ...groups.map((group) => [names.rate(group), groupRate(optimizer, first + i, group)] as const),
      ...Object.entries(optimizer.transform.scalars(first + i)).map(([name, v]) => [names.scalar(name), v] as const),
    ]),
  );
  for (const name of Object.keys(scalars[0] ?? {})) {
    feeds[name] = ndarray(
      'float32',
      [steps],
      Float32Array.from(scalars, (s) => s[name] as number),
    );
  }
  return feeds;
}
