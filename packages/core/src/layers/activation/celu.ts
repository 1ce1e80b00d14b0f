import { celu as celuOf } from '../../ops/composite/celu.ts';
import { expectNumber } from '../../options.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x` above 0, else `alpha · (e^(x/alpha) − 1)`, elementwise; `alpha` is above 0, by default 1 (Barron 2017). */
export function celu(alpha = 1): Layer {
  expectNumber('celu.alpha', alpha, { above: 0 });
  return activation(alpha === 1 ? 'celu' : `celu(${alpha})`, (x) => celuOf(x, alpha));
}
