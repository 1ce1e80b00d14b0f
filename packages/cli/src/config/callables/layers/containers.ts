import { concat, parallel, residual, sequential } from '@descent/core';
import { BRANCHES, LAYER, or, WHOLE } from '../../argument.ts';
import { callable, variadic } from '../../callable.ts';
import type { LayerTable } from './table.ts';

export const CONTAINERS: LayerTable<'concat' | 'layer' | 'parallel' | 'residual' | 'sequential'> = {
  concat: callable(concat, {}, { axis: or(WHOLE, 1) }),
  layer: { notByName: 'it takes a function' },
  parallel: callable(parallel, { branches: BRANCHES }),
  residual: callable(residual, { inner: LAYER }, { shortcut: LAYER }),
  sequential: variadic(sequential, LAYER),
};
