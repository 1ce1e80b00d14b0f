import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { chain, stateless, type Transform } from './transform.ts';

/** Adds `rate · parameter`. In front of the other transforms it is L2 regularization; behind them, decoupled weight decay (AdamW). */
export function addDecayedWeights(rate: number): Transform {
  return rate === 0 ? chain() : stateless((g, parameter) => add(g, mul(parameter, rate)));
}
