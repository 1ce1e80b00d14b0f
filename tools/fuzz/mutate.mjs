// Turns a real file into one that nobody wrote: flipped bits, cuts, pieces of other files, edited lengths, words of the format.
import { Buffer } from 'node:buffer';

/** Numbers at which sums and sizes go over an edge. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** The same for numbers written as text. */
const WRITTEN = [
  '0',
  '-1',
  '-0',
  '1e999',
  'NaN',
  '1.5',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  'null',
  '',
];

/** @typedef {(bytes: Buffer, random: import('./random.mjs').Random, others: readonly Uint8Array[], words: readonly (string | Uint8Array)[]) => Uint8Array} Mutation */

/** @type {readonly Mutation[]} */
const MUTATIONS = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = bytes.readUInt8(at) ^ (1 << random.below(8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    const length = 1 + random.below(random.chance(0.5) ? 8 : bytes.length - at);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random.below(64));
    return Buffer.concat([bytes.subarray(0, at), ...new Array(1 + random.below(8)).fill(piece), bytes.subarray(at)]);
  },
  function splice(bytes, random, others) {
    const other = random.pick(others);
    const [from, at] = [random.below(other.length + 1), random.below(bytes.length + 1)];
    return random.chance(0.5)
      ? Buffer.concat([bytes.subarray(0, at), other.subarray(from)])
      : Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(64)), bytes.subarray(at)]);
  },
  function setNumber(bytes, random) {
    const size = random.pick([1, 2, 4, 8]);
    if (bytes.length < size) return bytes;
    const at = random.below(bytes.length - size + 1);
    const value = random.chance(0.8) ? random.pick(EDGES) : random.below(2 ** 32);
    const number = Buffer.alloc(8, value === 0xffffffff ? 0xff : 0);
    number.writeUInt32LE(value);
    const used = number.subarray(0, size);
    bytes.set(random.chance(0.5) ? used : used.reverse(), at);
    return bytes;
  },
  function nudgeNumber(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = bytes.readUInt8(at) + random.pick([-1, 1, 2, 16, 128]);
    return bytes;
  },
  function rewriteText(bytes, random) {
    // A file is read as Latin-1 here, which keeps each byte.
    const text = bytes.toString('latin1');
    const places = [...text.matchAll(/\d+/g)].map(({ 0: digits = '', index }) => [index, index + digits.length]);
    if (places.length === 0) return bytes;
    const [start, end] = random.pick(places);
    return Buffer.from(text.slice(0, start) + random.pick(WRITTEN) + text.slice(end), 'latin1');
  },
  function putWord(bytes, random, _others, words) {
    if (words.length === 0) return bytes;
    const word = Buffer.from(random.pick(words));
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + (random.chance(0.5) ? word.length : 0))]);
  },
  function swap(bytes, random) {
    const [a, b] = [random.below(bytes.length), random.below(bytes.length)];
    const length = 1 + random.below(16);
    const piece = Buffer.from(bytes.subarray(a, a + length));
    bytes.subarray(b, b + length).copy(bytes, a);
    piece.copy(bytes, b);
    return bytes;
  },
];

/**
 * One to four changes to `bytes`, mostly few: a file with many errors is refused for the first.
 *
 * @param {Uint8Array} bytes
 * @param {import('./random.mjs').Random} random
 * @param {readonly Uint8Array[]} others Files of the same format.
 * @param {readonly (string | Uint8Array)[]} words
 * @param {readonly Mutation[]} own Those of the format, which are taken half of the time.
 * @returns {Uint8Array}
 */
export function mutate(bytes, random, others, words, own = []) {
  let mutated = Buffer.from(bytes);
  for (let i = random.pick([1, 1, 1, 2, 2, 4]); i > 0; i--) {
    mutated =
      mutated.length === 0
        ? Buffer.from([random.below(256)])
        : Buffer.from(
            random.pick(own.length > 0 && random.chance(0.5) ? own : MUTATIONS)(mutated, random, others, words),
          );
  }
  return new Uint8Array(mutated);
}
