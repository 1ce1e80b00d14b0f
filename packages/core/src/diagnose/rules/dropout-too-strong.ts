import { heldOutOf, percent } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Dropout takes so much away that the network does better without it than in training, and badly in both. */
export const dropoutTooStrong: Rule = ({ layers = [] }, { last, isPoor, accuracy }) => {
  const strongest = Math.max(0, ...layers.map(({ label }) => Number(/^dropout\((.*)\)$/.exec(label)?.[1] ?? 0)));
  const held = heldOutOf(last);
  if (strongest < 0.6 || held === null) return null;
  const better = held.loss < 0.9 * last.train.loss || (accuracy.heldOut ?? 0) > (accuracy.train ?? 1) + 0.1;
  if (!better || !(isPoor || (accuracy.train ?? 1) < 0.9)) return null;
  return {
    rule: 'dropout too strong',
    seen: `dropout(${strongest}) sets ${percent(strongest)} of the values to zero in training, where the loss is ${last.train.loss.toPrecision(4)}; without it, on held-out data, it is ${held.loss.toPrecision(4)}`,
    advice: 'try dropout(0.2) to dropout(0.5)',
  };
};
