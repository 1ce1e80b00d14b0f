import { elu as eluOf } from '../../ops/composite/elu.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** Exponential linear unit: `x` above 0, else `alpha · (e^x − 1)`, elementwise; `alpha` is 1 by default (Clevert et al. 2015). */
export function elu(alpha = 1, ...more: []): SizedLayer<Same> {
  expectNoOptions('elu', more);
  expectNumber('elu.alpha', alpha);
  return activation(alpha === 1 ? 'elu' : `elu(${alpha})`, (x) => eluOf(x, alpha));
}
