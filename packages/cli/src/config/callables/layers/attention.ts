import { multiheadAttention } from '@descent/core';
import { COUNT, or, SHARE } from '../../argument.ts';
import { callable, NO, YES } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const ATTENTION: LayerTable<'multiheadAttention'> = {
  multiheadAttention: callable(
    multiheadAttention,
    { embedDim: COUNT, numHeads: COUNT },
    // Keys and values have as many features as queries where they are left out.
    { dropout: or(SHARE, 0), bias: YES, kdim: COUNT, vdim: COUNT, causal: NO, rotary: NO },
  ),
};
