import { ValueError } from '../errors.ts';
import { wrongTarget } from '../targets/wrong-target.ts';
import type { BrokenRule } from './targets.ts';

/** The error for targets that a trainer does not take: names the first number that breaks a rule, and its row. */
export function targetError({ of, rule, target, at }: BrokenRule): ValueError {
  if (at !== null) return wrongTarget(rule, target, at, rule.part === undefined ? of : `${of} of ${rule.part}`);
  const label = rule.kind === 'classes' ? rule.ignoreIndex : undefined;
  return new ValueError('every label is left out', {
    path: of,
    received: `${target.data.length} labels that are all ${label}`,
    expected: `some labels other than ignoreIndex: ${label}`,
  });
}
