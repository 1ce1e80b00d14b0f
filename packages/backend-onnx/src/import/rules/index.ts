import type { Rules } from '../rule.ts';
import { ACTIVATIONS } from './activations.ts';
import { ATTENTION } from './attention.ts';
import { CLASSIC } from './classic.ts';
import { CONSTANTS } from './constants.ts';
import { CONTRIB } from './contrib.ts';
import { CONTROL } from './control.ts';
import { CONV } from './conv.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { INDEXING } from './indexing.ts';
import { LINALG } from './linalg.ts';
import { LISTS } from './lists.ts';
import { LOGIC } from './logic.ts';
import { LOSSES } from './losses.ts';
import { NORM } from './norm.ts';
import { POOL } from './pool.ts';
import { QUANTIZED } from './quantized.ts';
import { RECURRENT } from './recurrent.ts';
import { REDUCTIONS } from './reductions.ts';
import { RESIZE } from './resize.ts';
import { SELECTION } from './selection.ts';
import { SHAPES } from './shapes.ts';

/** Every operator that can be imported: one file a family, one line an operator. */
export const RULES: Rules = {
  ...ACTIVATIONS,
  ...ATTENTION,
  ...CLASSIC,
  ...CONSTANTS,
  ...CONTRIB,
  ...CONTROL,
  ...CONV,
  ...ELEMENTWISE,
  ...INDEXING,
  ...LINALG,
  ...LISTS,
  ...LOGIC,
  ...LOSSES,
  ...NORM,
  ...POOL,
  ...QUANTIZED,
  ...RECURRENT,
  ...REDUCTIONS,
  ...RESIZE,
  ...SELECTION,
  ...SHAPES,
};
