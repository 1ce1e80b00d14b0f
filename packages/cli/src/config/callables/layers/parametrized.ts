import { quantizeAware, spectralNorm, tie, weightNorm } from '@descent/core';
import { type Argument, COUNT, FLAG, LAYER, NAME, or, PARTS, POSITIVE, WHOLE } from '../../argument.ts';
import { callable } from '../../callable.ts';
import type { LayerTable } from './table.ts';

const AXIS_OR_ALL: Argument = {
  kind: 'any',
  is: (v) => v === null || WHOLE.is(v),
  expected: 'an axis of the weight, or null for one length of the whole weight',
};
/** Names that the function looks at itself. */
const TIED: Argument = {
  kind: 'any',
  is: PARTS.is,
  expected: 'names of parameters and what they are: { "2.weight": "0.weight" }',
};
const SELECTED: Argument = {
  kind: 'any',
  is: (v) => typeof v === 'object' && v !== null,
  expected: 'which layers: { "kind": "conv2d" }, { "match": "^features" }, or a list of these',
};
const WEIGHT = { name: or(NAME, 'weight') };

export const PARAMETRIZED: LayerTable<'lora' | 'quantizeAware' | 'spectralNorm' | 'tie' | 'weightNorm'> = {
  weightNorm: callable(weightNorm, { layer: LAYER }, { ...WEIGHT, dim: or(AXIS_OR_ALL, 0) }),
  spectralNorm: callable(
    spectralNorm,
    { layer: LAYER },
    { ...WEIGHT, nPowerIterations: or(COUNT, 1), eps: or(POSITIVE, 1e-12), dim: WHOLE },
  ),
  quantizeAware: callable(
    quantizeAware,
    { model: LAYER },
    { what: SELECTED, averagingConstant: or(POSITIVE, 0.01), perChannel: or(FLAG, true) },
  ),
  tie: callable(tie, { model: LAYER, tied: TIED }, {}),
  lora: { notByName: 'it goes around weights that are trained, and a run of a config starts with new ones' },
};
