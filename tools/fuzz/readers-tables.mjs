import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readCsv, readJsonLines, readParquet } from '@descent/datasets';
import { JSON_SIGNS } from './words.mjs';

const text = (/** @type {string} */ s) => new TextEncoder().encode(s);

const CSV = [
  'a,b,c\n1,2.5,x\n-3,,"y, z"\n4,1e-3,"""q"""\n',
  'sepal;petal;kind\r\n5,1;1.234,5;"a\r\nb"\r\n4,9;;c\r\n',
  '\ufeffx\ty\n1\ttrue\n2\tfalse\n',
  '1,2\n3,4\n',
].map(text);

const JSON_LINES = [
  '{"a": 1, "b": "x", "c": null}\n{"a": 2.5, "b": "y"}\n',
  '{"n": 9007199254740993, "list": "é"}\r\n\r\n{"n": -1, "list": ""}\n',
  '{"ä": true, "o": "\\u00e4\\n"}\n',
].map(text);

/**
 * Some of the files are of a kind that has to be said.
 *
 * @param {Uint8Array} bytes
 * @returns {import('@descent/datasets').CsvOptions}
 */
function csvOptions(bytes) {
  if (bytes.includes(0x3b)) return { delimiter: ';', decimal: ',', thousands: '.' };
  return bytes.includes(0x09) ? { delimiter: '\t' } : {};
}

const FIXTURES = fileURLToPath(new URL('../../packages/datasets/test/fixtures/', import.meta.url));

/** @type {readonly import('./readers.mjs').Reader[]} */
export const tableReaders = [
  {
    name: 'csv',
    seeds: async () => [
      ...CSV.map((bytes) => ({ bytes })),
      ...CSV.slice(0, 1).map((bytes) => ({ bytes, pack: gzipSync })),
      ...CSV.slice(0, 1).map((b) => ({ bytes: gzipSync(b) })),
    ],
    words: [
      ',',
      ';',
      '\t',
      '"',
      '""',
      '\r\n',
      '\n',
      '\r',
      '\0',
      '\ufeff',
      'NaN',
      'inf',
      '-',
      '1e400',
      Uint8Array.of(0xff, 0xfe),
      Uint8Array.of(0xc3),
    ],
    read: (bytes) => readCsv(bytes, csvOptions(bytes)),
  },
  {
    name: 'json-lines',
    seeds: async () => [
      ...JSON_LINES.map((bytes) => ({ bytes })),
      ...JSON_LINES.map((bytes) => ({ bytes, pack: gzipSync })),
    ],
    words: [
      ...JSON_SIGNS,
      '\n',
      'null',
      'true',
      '1e400',
      '"__proto__":',
      '"constructor":',
      '\\u',
      '\\ud800',
      Uint8Array.of(0xc3),
      '[[[[[[[[',
    ],
    read: (bytes) => readJsonLines(bytes),
  },
  {
    name: 'parquet',
    seeds: async () =>
      readdirSync(FIXTURES)
        .filter((name) => name.endsWith('.parquet'))
        .map((name) => ({ bytes: new Uint8Array(readFileSync(`${FIXTURES}${name}`)) })),
    words: [
      'PAR1',
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(0x15, 0x80, 0x80, 0x80, 0x80, 0x10),
      Uint8Array.of(0x19, 0xfc),
      Uint8Array.of(0xf9),
      Uint8Array.of(0x1c),
    ],
    read: (bytes) => readParquet(bytes),
  },
];
