import type { LoweringInfo, Lowerings } from '@descent/core/backend';
import type { Value } from '../model/value.ts';
import { compositeLowerings } from './composite.ts';
import type { Context } from './context.ts';
import { convLowerings } from './conv/index.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { indexingLowerings } from './indexing.ts';
import { linalgLowerings } from './linalg.ts';
import { loopLowerings } from './loop.ts';
import { reduceLowerings } from './reduce.ts';
import { shapeLowerings } from './shape.ts';

/** How each op of core becomes ONNX operators. One table for all dialects: a lowering asks for the dialect where it matters. */
export const lowerings: Lowerings<Value, Context> = {
  ...elementwiseLowerings,
  ...reduceLowerings,
  ...shapeLowerings,
  ...linalgLowerings,
  ...convLowerings,
  ...indexingLowerings,
  ...loopLowerings,
  ...compositeLowerings,
};

/** An entry of the table, whatever its attributes. */
export type AnyLowering = (operands: readonly Value[], info: LoweringInfo<object>, context: Context) => Value;
