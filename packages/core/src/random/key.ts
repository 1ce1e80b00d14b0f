import { ValueError } from '../errors.ts';
import { FOLD_LABEL, FOLD_NUMBER, fillBlocks, SPLIT, threefry2x32 } from './threefry.ts';

/** A random stream: two uint32 words; a plain value, drawn from as often as wanted with the same result. */
export type Key = readonly [number, number];

/** The key of a seed, any safe integer; different seeds give different keys. Throws a `ValueError` on anything else. */
export function key(seed: number): Key {
  checkSafeInteger('key(seed)', seed);
  return [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];
}

/** `n` independent keys of a key; the first `m` are the same for every `n >= m`. */
export function split(parent: Key, n: number): Key[] {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 31) {
    throw new ValueError('split(key, n): n is a number of keys', {
      received: String(n),
      expected: 'an integer from 0 to 2^31',
    });
  }
  const words = new Uint32Array(2 * n);
  fillBlocks(parent, 0, SPLIT, words);
  return Array.from({ length: n }, (_, i): Key => [words[2 * i] as number, words[2 * i + 1] as number]);
}

/**
 * The key that belongs to `data` under a key: a number (an epoch, a step; any safe integer) or a label (`'shuffle'`, `'dropout'`).
 * `fold(k, 5)` and `fold(k, '5')` differ. Throws a `ValueError` when the number is not a safe integer.
 */
export function fold(parent: Key, data: number | string): Key {
  if (typeof data === 'string') return foldLabel(parent, data);
  checkSafeInteger('fold(key, data)', data);
  return threefry2x32(parent, data >>> 0, FOLD_NUMBER | (Math.floor(data / 2 ** 32) & 0x3f_ffff));
}

function foldLabel(parent: Key, label: string): Key {
  let state = threefry2x32(parent, label.length, FOLD_LABEL);
  for (let i = 0; i < label.length; i += 2) {
    const second = i + 1 < label.length ? label.charCodeAt(i + 1) : 0;
    state = threefry2x32(state, label.charCodeAt(i) | (second << 16), FOLD_LABEL);
  }
  return state;
}

function checkSafeInteger(where: string, value: number): void {
  if (!Number.isSafeInteger(value)) {
    throw new ValueError(`${where} takes a whole number`, {
      received: String(value),
      expected: 'a safe integer',
    });
  }
}
