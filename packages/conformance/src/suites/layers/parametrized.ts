import {
  conv2d,
  convTranspose1d,
  linear,
  lora,
  multiheadAttention,
  sequential,
  spectralNorm,
  tanh,
  tie,
  weightNorm,
} from '@descent/core';
import type { LayerCase } from './layer-case.ts';

export const PARAMETRIZED: readonly LayerCase[] = [
  [weightNorm(linear(3, 4)), [5, 3]],
  [weightNorm(conv2d(2, 3, 2), { dim: null }), [2, 2, 4, 3]],
  [spectralNorm(linear(3, 4), { nPowerIterations: 2 }), [5, 3]],
  [spectralNorm(convTranspose1d(2, 3, 2)), [2, 2, 4]],
  [tie(sequential(linear(3, 3), tanh(), linear(3, 3)), { '2.weight': '0.weight' }), [4, 3]],
  [lora(sequential(linear(3, 4)), { kind: 'linear' }, { rank: 2 }), [5, 3]],
  [lora(sequential(conv2d(2, 4, 2, { groups: 2 })), { kind: 'conv2d' }, { rank: 2 }), [2, 2, 4, 3]],
  [lora(multiheadAttention(4, 2), { kind: 'multiheadAttention' }, { rank: 2 }), [2, 3, 4]],
];
