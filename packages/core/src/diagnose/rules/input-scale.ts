import type { LayerFacts, RangeFacts, RunFacts } from '../facts.ts';
import { short } from '../measures.ts';
import type { Rule } from './rule.ts';

/** Root mean square of what the first layer with weights gets, beyond which its initialization does not fit. */
const LARGE = 10;
const SMALL = 0.05;

/** Inputs reach the first weights unscaled, such as pixels from 0 to 255. */
export const inputTooLarge: Rule = (facts, { isPoor }) => {
  const input = firstInput(facts);
  if (input === null || !isPoor || input.size < LARGE) return null;
  const { min, max } = input.range;
  const pixels = min >= 0 && max > 100 && max <= 255;
  return {
    rule: 'input too large',
    seen: `the first layer with weights, ${input.layer}, gets numbers from ${short(min)} to ${short(max)}; it is made for numbers near 1`,
    advice: pixels
      ? 'put rescale(1 / 255) in front of it'
      : 'bring each feature to mean 0 and standard deviation 1 with the training set’s numbers, such as by normalize(mean, std) in front of it',
  };
};

/** Inputs are tiny, such as pixels that were divided by 255 twice. */
export const inputTooSmall: Rule = (facts, { isPoor }) => {
  const input = firstInput(facts);
  if (input === null || !isPoor || input.size > SMALL) return null;
  const scaling = input.before.filter(({ label }) => /^(rescale|normalize)/.test(label)).map(({ label }) => label);
  const { min, max } = input.range;
  return {
    rule: 'input too small',
    seen: `the first layer with weights, ${input.layer}, gets numbers from ${short(min)} to ${short(max)}; it is made for numbers near 1`,
    advice:
      scaling.length === 0
        ? 'bring each feature to mean 0 and standard deviation 1, such as by normalize(mean, std) in front of it'
        : scaling.length === 1
          ? `take ${scaling[0]} away if the data are scaled already`
          : `scale only once: there are ${scaling.join(' and ')}`,
  };
};

/** What the first layer with weights is given, unless a batch norm makes its scale irrelevant. */
function firstInput({ layers, train }: RunFacts): {
  readonly layer: string;
  readonly size: number;
  readonly range: RangeFacts;
  readonly before: readonly LayerFacts[];
} | null {
  const at = layers?.findIndex(({ weight }) => weight !== undefined) ?? -1;
  const range = at === 0 ? train?.x : layers?.[at - 1]?.output;
  if (layers === undefined || at < 0 || range === undefined) return null;
  const { path, label } = layers[at] as LayerFacts;
  if (/norm/i.test(label) || /norm/i.test(layers[at + 1]?.label ?? '')) return null;
  return {
    layer: `${path} ${label}`.trim(),
    size: Math.hypot(range.mean, range.std),
    range,
    before: layers.slice(0, at),
  };
}
