// Random numbers that are the same for the same seed, reader and input, so that each input can be made again by itself.
import { createHash } from 'node:crypto';

/**
 * @typedef {object} Random
 * @property {(n: number) => number} below An integer from 0 to n - 1.
 * @property {(share: number) => boolean} chance
 * @property {<T>(items: readonly T[]) => T} pick
 */

/**
 * @param {...(string | number)} names What the numbers are for.
 * @returns {Random}
 */
export function randomFor(...names) {
  let state = createHash('sha256').update(names.join('\0')).digest().readUInt32LE(0);
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ n) => Math.floor(next() * n);
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => /** @type {any} */ (items[below(items.length)]),
  };
}
