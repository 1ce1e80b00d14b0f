import type { Rule } from './rule.ts';

/** All parameters are frozen, or there are none: no learning rate can change that. */
export const nothingTrained: Rule = ({ recipe, steps }) =>
  recipe?.trained !== 0
    ? null
    : {
        rule: 'nothing is trained',
        seen: `${steps?.count ?? 'all'} updates had no parameter to change: all are frozen, or the network has none`,
        advice:
          'freeze fewer parameters: look at freeze and at the groups of the optimizer, and at the names in summarize(…)',
      };
