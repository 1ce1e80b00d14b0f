import { type LoweringInfo, numel } from '@descent/core/backend';
import { deviceDType } from '../engines/engine.ts';
import { type Builder, filled, type Value } from './builder.ts';

/**
 * The result of an op when it or one of its operands has no elements: nothing, or what is left when nothing is added up. `null` when the
 * op's lowering handles that.
 */
export function whenEmpty(
  op: string,
  { attrs, output: { dtype, shape } }: LoweringInfo<object>,
  b: Builder,
): Value | null {
  const own = deviceDType(dtype);
  if (numel(shape) === 0) return b.constant({ dtype: own, shape, data: new Float32Array(0) });
  switch (op) {
    case 'barrier':
    case 'concat':
    case 'scan':
      return null;
    case 'mean':
      return filled(b, Number.NaN, own, shape);
    case 'pad':
      return filled(b, (attrs as { readonly value: number }).value, own, shape);
    default:
      return filled(b, 0, own, shape);
  }
}
