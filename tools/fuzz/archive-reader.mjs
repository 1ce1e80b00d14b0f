import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ensureFiles } from '@descent/datasets';

const MEMBERS = [
  { name: 'set/a.bin', data: Uint8Array.from({ length: 3000 }, (_, i) => i % 251) },
  { name: 'set/b.bin', data: Uint8Array.of(1, 2, 3) },
];

/**
 * Archives are read where data sets are fetched: from a server on this machine.
 *
 * @param {string} name
 * @param {'zip' | 'tar.gz'} format
 * @param {(members: typeof MEMBERS) => Uint8Array} make
 * @param {(bytes: Uint8Array) => Uint8Array} [pack]
 * @returns {import('./readers.mjs').Reader}
 */
export function archiveReader(name, format, make, pack) {
  /** @type {Uint8Array} */
  let served = new Uint8Array(0);
  /** @type {Promise<string> | undefined} */
  let address;
  let count = 0;
  const serve = () =>
    new Promise((/** @type {(url: string) => void} */ resolve) => {
      const server = createServer((_, response) => void response.end(served));
      server.listen(0, '127.0.0.1', () => {
        server.unref();
        resolve(`http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`);
      });
    });
  return {
    name,
    seeds: async () => [{ bytes: make(MEMBERS), ...(pack && { pack }) }],
    words: [
      'PK\x01\x02',
      'PK\x03\x04',
      'PK\x05\x06',
      '../',
      '/',
      'ustar',
      '\0',
      '7777777',
      'set/a.bin',
      Uint8Array.of(0x1f, 0x8b, 8),
    ],
    async read(bytes, folder) {
      address ??= serve();
      served = bytes;
      const root = join(folder, `${name}-${count++}`);
      await mkdir(root);
      const members = MEMBERS.map((m) => m.name);
      const parts = /** @type {const} */ (['train']);
      const fetched = ensureFiles(
        {
          id: 'fuzz',
          name: 'Fuzz',
          summary: '',
          task: 'classification',
          classes: [],
          item: { shape: [1], dtype: 'uint8' },
          items: { train: 1, test: 0 },
          licence: '',
          source: '',
          citation: '',
          folder: 'fuzz',
          mirrors: [await address],
          files: [{ name: `x.${format}`, bytes: 0, parts, archive: { format, members, unpackedBytes: 100_000 } }],
          needs: members.map((member) => ({ what: member, part: 'train', names: [member] })),
        },
        'train',
        { root, download: true, mirrors: [await address], retries: 0 },
      );
      try {
        return await Promise.all([...(await fetched).values()].map((path) => readFile(path)));
      } finally {
        await rm(root, { recursive: true });
      }
    },
  };
}
