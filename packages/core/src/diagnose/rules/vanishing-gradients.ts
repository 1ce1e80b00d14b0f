import type { LayerFacts } from '../facts.ts';
import { short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Gradient of the first weights, in gradients of the last, below which the first layers learn nothing. */
const VANISHED = 1e-3;

/** The gradient gets lost on its way to the first layers. */
export const vanishingGradients: Rule = ({ layers = [] }, { isPoor, explained }) => {
  const weighted = layers.filter((layer): layer is Required<LayerFacts> => layer.weight !== undefined);
  const [first, last] = [weighted[0], weighted.at(-1)];
  if (first === undefined || last === undefined || weighted.length < 3 || !isPoor || (explained ?? 0) > 0.5)
    return null;
  const ratio = first.weight.gradient / last.weight.gradient;
  if (!(ratio < VANISHED)) return null;
  const saturating = layers.find(({ label }) => label === 'sigmoid' || label === 'tanh');
  return {
    rule: 'vanishing gradients',
    seen: `the gradient of the weights is ${short(last.weight.gradient)} in the last layer, ${last.path} ${last.label}, and ${short(first.weight.gradient)} in the first, ${first.path} ${first.label}`,
    advice: `use fewer layers, or ${saturating === undefined ? '' : `relu() in place of ${saturating.label}() and `}first weights that keep the size of what they get: linear(…, { weightInit: kaimingUniform() })`,
  };
};
