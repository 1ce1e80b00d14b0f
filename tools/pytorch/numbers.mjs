import * as core from '@descent/core';
import { largestDifference } from '@descent/core/testing';

/** @typedef {{ readonly dtype: 'float32' | 'int32' | 'bool', readonly shape: readonly number[], readonly data: readonly (number | string)[] }} Numbers */

/** What core exports, by name. */
export const exported = /** @type {Readonly<Record<string, (...args: readonly unknown[]) => any>>} */ (
  /** @type {unknown} */ (core)
);

/** The values as they are: float32 unless told otherwise. @param {Numbers} a @param {'float64'} [as] @returns {core.NDArray} */
export function arrayOf({ dtype, shape, data }, as) {
  return { ...core.tensor(data.map(Number), dtype === 'float32' ? (as ?? dtype) : dtype), shape };
}

/** What to say where `received` is further from `expected` than `tolerance`, relative to the larger of 1 and the value. @param {string} what @param {core.NDArray | undefined} received @param {Numbers} expected @param {number} tolerance @returns {readonly string[]} */
export function difference(what, received, expected, tolerance) {
  const wanted = arrayOf(expected, 'float64');
  const far = received === undefined ? Number.NaN : largestDifference(received, wanted);
  if (far <= tolerance) return [];
  return [
    `${what} differs by ${far}: ${JSON.stringify(received && [...received.data].slice(0, 12))} instead of ${JSON.stringify(expected.data.slice(0, 12))} of ${expected.shape}`,
  ];
}
