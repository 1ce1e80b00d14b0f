import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectNumber } from '../options.ts';
import { chain } from './chain.ts';
import { perParameter, type Transform } from './transform.ts';

/** Adds `rate · parameter`. In front of the other transforms it is L2 regularization; behind them, decoupled weight decay (AdamW). */
export function addDecayedWeights(rate: number): Transform {
  expectNumber('addDecayedWeights.rate', rate, { least: 0 });
  if (rate === 0) return chain();
  return perParameter((g, { parameter }) => ({ direction: add(g, mul(parameter, rate)) }), { propagates: true });
}
