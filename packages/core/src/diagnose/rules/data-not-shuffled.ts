import { percent } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Batches hold one class each, so that training forgets one while it learns the next. */
export const dataNotShuffled: Rule = ({ train }, { chance, isPoor, accuracy }) => {
  const purity = train?.batchPurity;
  if (purity === undefined || chance === null || purity < 0.9 || purity < chance + 0.2) return null;
  if (!isPoor && (accuracy.heldOut ?? 1) >= 0.9) return null;
  return {
    rule: 'data not shuffled',
    seen: `on average ${percent(purity)} of a batch are of one class, where ${percent(chance)} would be usual`,
    advice: 'shuffle: loader(data, { shuffle: true, … })',
  };
};
