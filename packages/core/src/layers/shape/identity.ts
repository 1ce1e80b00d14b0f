import type { Layer } from '../layer.ts';

/** Gives what it takes: a place that another layer may stand in. */
export function identity(): Layer {
  return { label: 'identity', parameters: [], apply: (x) => x };
}
