import { notWhatWasWanted } from '../options.ts';
import { isLayer } from './build.ts';
import type { AnyLayer } from './layer.ts';

/** Throws a `ValueError` that says how to make a network unless `value` is a layer. */
export function expectLayer(path: string, value: unknown): asserts value is AnyLayer {
  if (isLayer(value)) return;
  throw notWhatWasWanted(path, value, {
    what: 'a layer',
    example: 'sequential(flatten(), linear(784, 10))',
    fix: Array.isArray(value) ? 'join the layers of the list: sequential(...layers)' : undefined,
  });
}
