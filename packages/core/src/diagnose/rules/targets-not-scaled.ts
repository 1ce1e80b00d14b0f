import { short } from '../measures.ts';
import type { Rule } from './rule.ts';

const LARGE = 10;
const SMALL = 0.01;

/** Numbers to predict are so large or so small that usual learning rates do not fit them. */
export const targetsNotScaled: Rule = ({ train, recipe }, { isPoor }) => {
  const targets = train?.targets;
  if (targets === undefined || !isPoor || (recipe?.takes ?? 'values') !== 'values') return null;
  const size = Math.hypot(targets.mean, targets.std);
  if (size === 0 || (size < LARGE && size > SMALL)) return null;
  return {
    rule: 'targets not scaled',
    seen: `the targets have mean ${short(targets.mean)} and standard deviation ${short(targets.std)}, and a network starts with answers near 0`,
    advice: `train on (target − ${short(targets.mean)}) / ${short(targets.std)}, and turn answers back by × ${short(targets.std)} + ${short(targets.mean)}`,
  };
};
