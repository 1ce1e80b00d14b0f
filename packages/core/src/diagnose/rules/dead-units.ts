import type { LayerFacts } from '../facts.ts';
import { short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Share of a layer's units that are zero for every sample, from which the layer lets nothing through; fewer may rest without harm. */
const SHARE = 0.6;

/** Units of a ReLU that are zero for every sample get no gradient any more. */
export const deadUnits: Rule = ({ layers, recipe }, { isPoor, last }) => {
  const isDead = ({ dead, units, output }: LayerFacts): boolean =>
    output.min === 0 && units >= 4 && dead >= units * SHARE;
  if (!isPoor) return null;
  const layer = layers?.find(isDead);
  if (layer === undefined) return null;
  const lr = recipe?.lr.highest;
  return {
    rule: 'dead units',
    seen: `${layer.dead} of ${layer.units} units of layer ${layer.path} ${layer.label} are zero for every sample; the training loss is ${short(last.train.loss)}`,
    advice: `such units get no gradient any more: ${lr === undefined ? 'lower the learning rate' : `try lr ${short(lr / 10)} instead of ${short(lr)}`}, or use another initialization`,
  };
};
