import type { AnyLayer } from './layer.ts';

/** Whether `x` is a layer. */
export function isLayer(x: unknown): x is AnyLayer {
  return typeof x === 'object' && x !== null && 'apply' in x && typeof x.apply === 'function' && 'parameters' in x;
}
