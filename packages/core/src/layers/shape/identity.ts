import { expectNoOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

/** Gives what it takes: a place that another layer may stand in. */
export function identity(...more: []): SizedLayer<Same> {
  expectNoOptions('identity', more);
  return { label: 'identity', parameters: [], apply: (x) => x };
}
