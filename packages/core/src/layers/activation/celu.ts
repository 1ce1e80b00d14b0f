import { celu as celuOf } from '../../ops/composite/celu.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x` above 0, else `alpha · (e^(x/alpha) − 1)`, elementwise; `alpha` is above 0, by default 1 (Barron 2017). */
export function celu(alpha = 1, ...more: []): SizedLayer<Same> {
  expectNoOptions('celu', more);
  expectNumber('celu.alpha', alpha, { above: 0 });
  return activation(alpha === 1 ? 'celu' : `celu(${alpha})`, (x) => celuOf(x, alpha));
}
