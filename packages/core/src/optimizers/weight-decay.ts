import type { Shape } from '../ir/shape.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectNumber } from '../options.ts';
import { chain } from './chain.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/** A rate for each parameter, by its name and shape. */
type Rates = (parameter: { readonly name: string; readonly shape: Shape }) => number;

/** Adds `rate · parameter`. In front of the other transforms it is L2 regularization; behind them, decoupled weight decay (AdamW). */
export function addDecayedWeights(rate: number | Rates): GradientTransform {
  const path = 'addDecayedWeights.rate';
  if (typeof rate !== 'function') expectNumber(path, rate, { least: 0 });
  if (rate === 0) return chain();
  return perParameter(
    (g, { name, parameter }) => {
      const own = typeof rate === 'number' ? rate : rate({ name, shape: parameter.type.shape });
      expectNumber(path, own, { least: 0 });
      return { direction: own === 0 ? g : add(g, mul(parameter, own)) };
    },
    { propagates: true },
  );
}
