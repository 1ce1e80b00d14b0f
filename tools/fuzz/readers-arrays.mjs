import { gzipSync } from 'node:zlib';
import { ndarray } from '@descent/core';
import { npyBytes, parseIdx, parseNpy, readIdx, readNpy, readNpz } from '@descent/datasets';
import { archiveReader } from './archive-reader.mjs';
import { tar, zip } from './archives.mjs';

const arrays = [
  ndarray(
    'uint8',
    [3, 4, 2],
    Uint8Array.from({ length: 24 }, (_, i) => i * 10),
  ),
  ndarray('float32', [5], Float32Array.of(1, -2, 0.5, Number.NaN, 1e30)),
  ndarray('int32', [2, 2], Int32Array.of(1, -2, 3, 2 ** 31 - 1)),
  ndarray('float64', [], Float64Array.of(0.1)),
  ndarray('bool', [2, 0], new Uint8Array(0)),
];
const npys = arrays.map(npyBytes);

/**
 * @param {number} type
 * @param {readonly number[]} shape
 * @param {Uint8Array} data
 */
function idx(type, shape, data) {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint8(2, type);
  head.setUint8(3, shape.length);
  for (const [i, size] of shape.entries()) head.setUint32(4 + 4 * i, size);
  return new Uint8Array([...new Uint8Array(head.buffer), ...data]);
}

const idxs = [
  idx(
    0x08,
    [2, 3, 3],
    Uint8Array.from({ length: 18 }, (_, i) => i),
  ),
  idx(0x08, [6], Uint8Array.of(0, 1, 2, 3, 9, 5)),
  idx(0x0d, [2], Uint8Array.of(0x3f, 0x80, 0, 0, 0xff, 0, 0, 0)),
  idx(0x0b, [2], Uint8Array.of(0xff, 1, 0, 2)),
];

const NPY_WORDS = [
  '\x93NUMPY',
  "'descr'",
  "'<f4'",
  "'>i8'",
  "'|O'",
  "'<U3'",
  'True',
  'False',
  "'fortran_order'",
  '(',
  ')',
  ',',
  '{',
  '}',
];

/** @type {readonly import('./readers.mjs').Reader[]} */
export const arrayReaders = [
  {
    name: 'idx',
    seeds: async () => [
      ...idxs.map((bytes) => ({ bytes })),
      ...idxs.map((bytes) => ({ bytes, pack: gzipSync })),
      ...idxs.map((b) => ({ bytes: gzipSync(b) })),
    ],
    words: [
      Uint8Array.of(0, 0, 8, 3),
      Uint8Array.of(0, 0, 0x0e, 1),
      Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
      Uint8Array.of(0x1f, 0x8b, 8),
    ],
    read: async (bytes) => (bytes[0] === 0x1f ? readIdx(bytes) : parseIdx(bytes)),
  },
  {
    name: 'npy',
    seeds: async () => [...npys.map((bytes) => ({ bytes })), ...npys.map((bytes) => ({ bytes, pack: gzipSync }))],
    words: NPY_WORDS,
    read: async (bytes) => (bytes[0] === 0x1f ? readNpy(bytes) : parseNpy(bytes)),
    write: npyBytes,
  },
  {
    name: 'npz',
    seeds: async () => [
      { bytes: zip(npys.map((data, i) => ({ name: `a${i}.npy`, data }))) },
      ...npys.map((bytes) => ({
        bytes,
        pack: (/** @type {Uint8Array} */ data) =>
          zip([
            { name: 'x.npy', data },
            { name: 'y.npy', data },
          ]),
      })),
    ],
    words: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', '.npy', '../', ...NPY_WORDS],
    read: (bytes) => readNpz(bytes),
  },
  archiveReader('zip', 'zip', (members) => zip(members)),
  archiveReader('tar', 'tar.gz', (members) => tar(members), gzipSync),
  archiveReader('tar.gz', 'tar.gz', (members) => gzipSync(tar(members))),
];
