import { branches, checkpoint, concat, parallel, residual, sequential } from '@descent/core';
import { BRANCHES, LAYER, or, WHOLE } from '../../argument.ts';
import { callable, variadic } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const CONTAINERS: LayerTable<
  'branches' | 'checkpoint' | 'concat' | 'initialize' | 'layer' | 'parallel' | 'replace' | 'residual' | 'sequential'
> = {
  branches: callable(branches, { branches: BRANCHES }),
  checkpoint: callable(checkpoint, { inner: LAYER }),
  concat: callable(concat, {}, { axis: or(WHOLE, 1) }),
  initialize: { notByName: 'it takes initializers' },
  layer: { notByName: 'it takes a function' },
  parallel: callable(parallel, { branches: BRANCHES }),
  replace: { notByName: 'it changes a network that is there; write the other layers in their place' },
  residual: callable(residual, { inner: LAYER }, { shortcut: LAYER }),
  sequential: variadic(sequential, LAYER),
};
