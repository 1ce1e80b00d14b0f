import type { LoweringInfo, OpName, SomeLowerings } from '@descent/core/backend';
import type { Builder, Value } from '../kernel-list/builder.ts';

/** The operands of a node, none of which is missing. */
export type Operands = readonly [Value, Value, Value];

/** A lowering that reads no attributes. */
export type Lower = (operands: readonly Value[], info: LoweringInfo<object>, b: Builder) => Value;

/** The lowerings of the ops called `Names`, such as one family of core. */
export type Family<Names extends OpName> = SomeLowerings<Value, Builder, Names>;
