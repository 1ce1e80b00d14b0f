import { percent } from '../measures.ts';
import type { Rule } from './rule.ts';

const LEFT = 0.2;

/** The penalty on the weights outweighs the loss, so that they go to zero. */
export const weightsDecay: Rule = ({ change }, { isPoor }) => {
  if (change === undefined || !isPoor || change.grown > LEFT) return null;
  return {
    rule: 'weights decay too fast',
    seen: `the weights have shrunk to ${percent(change.grown)} of their first size`,
    advice: 'lower weightDecay, or leave it out',
  };
};
