import { notWhatWasWanted } from '../options.ts';
import type { Key } from './key.ts';

/** Throws a `ValueError` unless `key` is one: what is none would draw the numbers of another key in silence. */
export function expectKey(key: unknown): asserts key is Key {
  if (Array.isArray(key) && key.length === 2 && typeof key[0] === 'number' && typeof key[1] === 'number') return;
  throw notWhatWasWanted('the key', key, { what: 'a key of random numbers', example: 'key(1)' });
}

/** Throws a `ValueError` unless `out` is a typed array of that name. */
export function expectOut(what: string, out: unknown, name: string): void {
  if (ArrayBuffer.isView(out) && (out as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] === name)
    return;
  throw notWhatWasWanted(`${what}: out`, out, { what: `a ${name}`, example: `new ${name}(8)` });
}
