import type { DataFacts } from '../facts.ts';
import { heldOutOf, type Measures, short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Training and held-out samples are not of one kind: another scale, other classes. */
export const heldOutDiffers: Rule = ({ train, heldOut }, measures) => {
  if (train === undefined || heldOut === undefined || !isWorse(measures)) return null;
  const seen = otherClasses(train, heldOut) ?? otherNumbers(train, heldOut);
  if (seen === null) return null;
  return {
    rule: 'held-out data differ',
    seen,
    advice: 'prepare both sets in the same way, and split one shuffled set into the two',
  };
};

function isWorse({ last, explained, accuracy }: Measures): boolean {
  const held = heldOutOf(last);
  if (held === null) return false;
  if (accuracy.train !== null && accuracy.heldOut !== null && accuracy.heldOut < accuracy.train - 0.05) return true;
  return explained !== null && held.loss > 1.5 * last.train.loss;
}

function otherClasses({ classes: known }: DataFacts, { classes, samples }: DataFacts): string | null {
  if (known === undefined || classes === undefined) return null;
  const unseen = Object.keys(classes).filter((label) => !(label in known));
  const missing = Object.keys(known).filter((label) => !(label in classes));
  if (unseen.length > 0)
    return `class ${unseen.slice(0, 5).join(', ')} of the held-out data is not in the training data`;
  if (missing.length === 0 || samples < 20 * Object.keys(known).length) return null;
  return `class ${missing.slice(0, 5).join(', ')} of the training data is not in the held-out data`;
}

function otherNumbers({ x: a }: DataFacts, { x: b }: DataFacts): string | null {
  const shift = Math.abs(b.mean - a.mean) / Math.max(a.std, 1e-12);
  const ratio = b.std / Math.max(a.std, 1e-12);
  if (shift < 0.75 && ratio > 0.5 && ratio < 2) return null;
  const words = ({ mean, std, min, max }: DataFacts['x']): string =>
    `from ${short(min)} to ${short(max)}, mean ${short(mean)}, standard deviation ${short(std)}`;
  return `training samples go ${words(a)}; held-out samples ${words(b)}`;
}
