import type { AnyLayer } from '../layers/layer.ts';
import { expectMatch, isFrozenBy } from '../optimizers/groups.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { notWhatWasWanted } from '../options.ts';

export interface FreezeOptions {
  readonly freeze?: RegExp;
  readonly model: AnyLayer;
  readonly optimizer: Optimizer;
}

/** Which parameters stay as they are. A text would be read as a pattern in silence. */
export function frozenBy({ freeze, model, optimizer }: FreezeOptions): (name: string) => boolean {
  const always = new Set(model.parameters.filter((p) => p.frozen === true).map(({ name }) => name));
  const isFrozen = (name: string): boolean => always.has(name) || isFrozenBy(optimizer, name);
  if (freeze === undefined) return isFrozen;
  if (!(freeze instanceof RegExp))
    throw notWhatWasWanted('freeze', freeze, { what: 'a regular expression', example: '/^features/' });
  expectMatch('freeze', freeze, model.parameters);
  return (name) => name.search(freeze) !== -1 || isFrozen(name);
}
