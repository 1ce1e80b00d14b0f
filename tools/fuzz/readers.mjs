// What is fuzzed: each reader of a file, with real files of its format. Everything goes through the public entries of the packages.
import { mutate } from './mutate.mjs';
import { randomFor } from './random.mjs';
import { arrayReaders } from './readers-arrays.mjs';
import { modelReaders } from './readers-models.mjs';
import { pictureReaders } from './readers-pictures.mjs';
import { programReaders } from './readers-programs.mjs';
import { protocolReaders } from './readers-protocol.mjs';
import { runReaders } from './readers-runs.mjs';
import { tableReaders } from './readers-tables.mjs';
import { textReaders } from './readers-text.mjs';

/**
 * @typedef {object} Seed A real file.
 * @property {Uint8Array} bytes What is changed.
 * @property {(bytes: Uint8Array) => Uint8Array} [pack] What is done afterwards, such as compressing it, so that checksums hold.
 */

/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {() => Promise<readonly Seed[]>} seeds
 * @property {readonly (string | Uint8Array)[]} words That mean something in the format.
 * @property {readonly import('./mutate.mjs').Mutation[]} [mutations] That know the format.
 * @property {(bytes: Uint8Array, folder: string) => Promise<unknown>} read Throws an error of Descent, or gives a value.
 * @property {(value: any) => Uint8Array | Promise<Uint8Array>} [write] The value as a file again, which must read as the same value.
 */

/** @type {readonly Reader[]} */
export const READERS = [
  ...arrayReaders,
  ...pictureReaders,
  ...tableReaders,
  ...textReaders,
  ...modelReaders,
  ...programReaders,
  ...protocolReaders,
  ...runReaders,
];

/**
 * Input number `index` of `reader`.
 *
 * @param {Reader} reader
 * @param {readonly Seed[]} seeds
 * @param {string} seed
 * @param {number} index
 * @returns {Uint8Array}
 */
export function inputOf(reader, seeds, seed, index) {
  const random = randomFor(seed, reader.name, index);
  const { bytes, pack } = random.pick(seeds);
  const mutated = mutate(
    bytes,
    random,
    seeds.map((s) => s.bytes),
    reader.words,
    reader.mutations,
  );
  return pack === undefined ? mutated : pack(mutated);
}
