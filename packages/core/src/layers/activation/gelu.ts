import { type GeluAttrs, gelu as geluOf } from '../../ops/composite/gelu.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

export interface GeluOptions {
  /** `'none'` (default): exact, with the error function. `'tanh'`: the approximation of the paper, as in GPT-2. */
  readonly approximate?: GeluAttrs['approximate'];
}

/** Gaussian error linear unit, `x · Φ(x)` with the cumulative normal distribution Φ, elementwise (Hendrycks & Gimpel 2016). */
export function gelu(options: GeluOptions = {}): SizedLayer<Same> {
  expectOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  expectOneOf('gelu.approximate', approximate, ['none', 'tanh']);
  return activation(approximate === 'none' ? 'gelu' : `gelu(${approximate})`, (x) => geluOf(x, { approximate }));
}
