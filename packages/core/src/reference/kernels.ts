import type { RefArray, RefContext } from '../ops/_reference.ts';
import { convReference } from '../ops/conv/reference.ts';
import { elementwiseReference } from '../ops/elementwise/reference.ts';
import { indexingReference } from '../ops/indexing/reference.ts';
import { linalgReference } from '../ops/linalg/reference.ts';
import { loopReference } from '../ops/loop/reference.ts';
import { reduceReference } from '../ops/reduce/reference.ts';
import { shapeReference } from '../ops/shape/reference.ts';
import type { Lowerings } from '../ops/table.ts';

/** The definition of every primitive. Composites are not here: their decomposition defines them. */
export const kernels: Lowerings<RefArray, RefContext> = {
  ...elementwiseReference,
  ...reduceReference,
  ...shapeReference,
  ...linalgReference,
  ...convReference,
  ...indexingReference,
  ...loopReference,
};
