import { crc32, deflateSync } from 'node:zlib';
import { maskFolder, readCocoBoxes, readCsvBoxes } from '@descent/datasets';

const text = (/** @type {string} */ s) => new TextEncoder().encode(s);

/**
 * @param {string} name
 * @param {Uint8Array} data
 */
function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/**
 * A PNG file of a header (13 bytes), a palette (48) and rows.
 *
 * @param {Uint8Array} parts
 */
function png(parts) {
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk('IHDR', parts.subarray(0, 13)),
    chunk('PLTE', parts.subarray(13, 61)),
    chunk('IDAT', deflateSync(parts.subarray(61))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Headers of 4 × 3 pixels: bits and colours of kinds, with bytes of a row. */
const MASKS = [
  [8, 0, 4],
  [8, 3, 4],
  [2, 3, 1],
  [16, 0, 8],
  [8, 2, 12],
  [8, 6, 16],
].map(([depth = 8, colours = 0, row = 4]) =>
  Uint8Array.from([
    ...[0, 0, 0, 4, 0, 0, 0, 3, depth, colours, 0, 0, 0],
    ...Array.from({ length: 48 }, (_, i) => i % 3),
    // Filters of colours would make others; the fourth byte of some is their opacity.
    ...(colours % 4 === 2 ? [0, 0, 0] : [0, 1, 4]).flatMap((filter) => [
      filter,
      ...Array.from({ length: row }, (_, i) => (colours === 6 && i % 4 === 3 ? 255 : i % 3)),
    ]),
  ]),
);

const PICTURE = png(MASKS[0] ?? new Uint8Array());

/** @type {readonly import('./readers.mjs').Reader[]} */
export const pictureReaders = [
  {
    name: 'masks',
    seeds: async () => [
      ...MASKS.map((bytes) => ({ bytes, pack: png })),
      ...MASKS.map((parts) => ({ bytes: png(parts) })),
    ],
    words: ['IHDR', 'PLTE', 'IDAT', 'IEND', Uint8Array.of(0x7f, 0xff, 0xff, 0xff), Uint8Array.of(0, 0, 0xff, 0xff)],
    read: async (bytes) =>
      maskFolder(
        [{ path: 'a.png', source: PICTURE }],
        [{ path: 'a.png', source: bytes }],
        bytes[25] === 0 ? {} : { palette: ['#000102', '#010200', '#020001'] },
      ),
  },
  {
    name: 'coco',
    seeds: async () =>
      [
        '{"images":[{"id":1,"file_name":"a.png","width":8,"height":6}],"annotations":[{"id":1,"image_id":1,"category_id":2,"bbox":[0,1.5,2,3]}],"categories":[{"id":2,"name":"car"}]}',
        '{"images":[],"annotations":[],"categories":[]}',
      ].map((file) => ({ bytes: text(file) })),
    words: [
      '"images"',
      '"annotations"',
      '"categories"',
      '"bbox"',
      '"iscrowd":1',
      '"__proto__"',
      'null',
      '1e999',
      '-0',
      '[',
      '{',
      ']',
      '}',
      ',',
    ],
    read: (bytes) => readCocoBoxes(bytes),
  },
  {
    name: 'csv boxes',
    seeds: async () => [{ bytes: text('file,x,y,w,h,label\na.png,0,1.5,2,3,car\nb.png,,,,,\n') }],
    words: [',', '"', '\n', 'NaN', 'inf', '-1', '1e400', '__proto__', 'label'],
    read: (bytes) => readCsvBoxes(bytes),
  },
];
