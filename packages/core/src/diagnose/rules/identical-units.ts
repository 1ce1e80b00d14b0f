import type { Rule } from './rule.ts';

/** All units of a layer started equal and stay so, since they get the same gradient. */
export const identicalUnits: Rule = ({ layers = [] }, { isPoor }) => {
  const layer = layers.slice(0, -1).find(({ weight }) => weight?.identical === true);
  if (layer === undefined || !isPoor) return null;
  return {
    rule: 'identical units',
    seen: `all ${layer.units} units of layer ${layer.path} ${layer.label} have the same weights`,
    advice: 'let its weights start at random: leave weightInit out',
  };
};
