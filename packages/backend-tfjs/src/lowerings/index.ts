import type { Lowerings } from '@descent/core/backend';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { compositeLowerings } from './composite.ts';
import { convLowerings } from './conv.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { indexingLowerings } from './indexing.ts';
import { linalgLowerings } from './linalg.ts';
import { loopLowerings } from './loop.ts';
import { reduceLowerings } from './reduce.ts';
import { shapeLowerings } from './shape.ts';

/** How kernels compute each op. A primitive that is missing here does not compile. */
export const lowerings: Lowerings<Value, Builder> = {
  ...elementwiseLowerings,
  ...reduceLowerings,
  ...shapeLowerings,
  ...linalgLowerings,
  ...convLowerings,
  ...indexingLowerings,
  ...loopLowerings,
  ...compositeLowerings,
};
