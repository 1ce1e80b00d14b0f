import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type FileSystem, nodeFileSystem } from '@descent/files';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractArchive } from '../src/download/extract.ts';
import { safePath } from '../src/download/safe-path.ts';
import { type ArchiveContents, DataFileError, DataFormatError, ensureFiles } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { definitionOf, mirror, noise, serving } from './mirror.ts';
import { tarBytes, zipBytes } from './zip.ts';

const A = noise(70_000, 1);
const B = noise(3, 2);
const MEMBERS = ['set/a.bin', 'set/b.bin'];

const FORMATS = [
  {
    format: 'tar.gz',
    pack: (members: readonly { name: string; data: Uint8Array }[]) => gzipSync(tarBytes(members)),
  },
  {
    format: 'zip',
    pack: (members: readonly { name: string; data: Uint8Array }[]) =>
      zipBytes(members.map((member, i) => ({ ...member, deflate: i % 2 === 0 }))),
  },
] as const;

async function extract(
  bytes: Uint8Array,
  contents: Partial<ArchiveContents> & { format: ArchiveContents['format'] },
  fs: FileSystem = nodeFileSystem,
): Promise<string> {
  const root = folder({ archive: bytes });
  mkdirSync(join(root, 'out'));
  await extractArchive(
    join(root, 'archive'),
    { members: MEMBERS, unpackedBytes: 1_000_000, ...contents },
    join(root, 'out'),
    'token',
    { fs, maxMembers: 20 },
  );
  return join(root, 'out');
}

describe.each(FORMATS)('$format', ({ format, pack }) => {
  test('gives the wanted members and nothing else', async () => {
    const archive = pack([
      { name: 'set/a.bin', data: A },
      { name: 'set/other.bin', data: noise(5000) },
      { name: 'set/b.bin', data: B },
      { name: 'readme.html', data: B },
    ]);
    const out = await extract(archive, { format });
    expect(readdirSync(out)).toEqual(['set']);
    expect(readdirSync(join(out, 'set'))).toEqual(['a.bin', 'b.bin']);
    expect(Buffer.compare(readFileSync(join(out, 'set/a.bin')), A)).toBe(0);
    expect(Buffer.compare(readFileSync(join(out, 'set/b.bin')), B)).toBe(0);
  });

  test('without a wanted member is an error, and leaves nothing', async () => {
    const root = folder({ archive: pack([{ name: 'set/a.bin', data: A }]) });
    mkdirSync(join(root, 'out'));
    const contents: ArchiveContents = { format, members: MEMBERS, unpackedBytes: 1_000_000 };
    const error = await rejection(
      extractArchive(join(root, 'archive'), contents, join(root, 'out'), 't', { fs: nodeFileSystem }),
    );
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain('received: 1 members without set/b.bin');
    expect(readdirSync(join(root, 'out'))).toEqual([]);
  });

  test('that is cut off or changed anywhere is an error, or gives the very bytes', async () => {
    const archive = pack([
      { name: 'set/a.bin', data: A.subarray(0, 2000) },
      { name: 'set/b.bin', data: B },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, cut) => {
        const bytes = new Uint8Array(archive);
        if (!cut) bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
        const broken = cut ? bytes.subarray(0, at % bytes.length) : bytes;
        const result = await extract(broken, { format }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) {
          expect(result.message).toContain('archive');
          return;
        }
        expect(typeof result).toBe('string');
        expect(Buffer.compare(readFileSync(join(result as string, 'set/a.bin')), A.subarray(0, 2000))).toBe(0);
        expect(Buffer.compare(readFileSync(join(result as string, 'set/b.bin')), B)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('that unpacks to too much stops at the limit', async () => {
    const archive = pack([
      { name: 'set/a.bin', data: new Uint8Array(5_000_000) },
      { name: 'set/b.bin', data: B },
    ]);
    expect(archive.length).toBeLessThan(100_000);
    const error = await rejection(extract(archive, { format }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('the archive unpacks to too much');
  });

  test('with a member twice is refused', async () => {
    const archive = pack(['set/a.bin', 'set/b.bin', 'set/a.bin'].map((name) => ({ name, data: B })));
    expect((await rejection(extract(archive, { format }))).message).toContain('the archive has a member twice');
  });

  test('with too many members is refused', async () => {
    const archive = pack(Array.from({ length: 21 }, (_, i) => ({ name: `x${i}`, data: B })));
    const error = await rejection(extract(archive, { format }));
    expect(error.message).toContain('the archive has too many members');
  });

  test('of random bytes is an error', async () => {
    const error = await rejection(extract(noise(1000), { format }));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain('the archive is corrupt or truncated');
  });

  test('on a full disk is an error about the disk, and leaves nothing', async () => {
    const archive = pack(MEMBERS.map((name) => ({ name, data: A })));
    const full = {
      ...nodeFileSystem,
      open: (async (...args: Parameters<FileSystem['open']>) => {
        const handle = await nodeFileSystem.open(...args);
        return Object.assign(handle, {
          write: async () => {
            throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
          },
        });
      }) as FileSystem['open'],
    };
    const error = await rejection(extract(archive, { format }, full));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('the disk is full');
  });

  test('is fetched, unpacked and removed; a kill in between costs nothing', async () => {
    const archive = pack([
      { name: 'set/a.bin', data: A },
      { name: 'set/b.bin', data: B },
    ]);
    const server = await mirror(serving(archive));
    const root = folder();
    const definition = {
      ...definitionOf(archive, [`${server.url}/x`], {
        name: 'pack',
        archive: { format, members: MEMBERS, unpackedBytes: 1_000_000 },
      }),
      needs: [{ what: 'data', part: 'train', names: ['set/a.bin', 'a.bin'] } as const],
    };
    const raw = join(root, 'Toy', 'raw');
    // What a process leaves that was killed while it unpacked.
    mkdirSync(join(raw, '.pack.dead.unpack'), { recursive: true });
    writeFileSync(join(raw, '.pack.dead.unpack', 'a.bin'), 'half');
    writeFileSync(join(raw, 'pack'), archive);
    const paths = await ensureFiles(definition, 'train', { root, download: true });
    expect(paths.get('data')).toBe(join(raw, 'set', 'a.bin'));
    expect(readdirSync(raw)).toEqual(['pack.contents.json', 'set']);
    expect(server.requests.length).toBe(0);

    const other = folder();
    await ensureFiles(definition, 'train', { root: other, download: true });
    expect(readdirSync(join(other, 'Toy', 'raw'))).toEqual(['pack.contents.json', 'set']);
    expect(server.requests.length).toBe(1);
  });

  test('put there by hand is checked before it is unpacked', async () => {
    const archive = pack([{ name: 'set/a.bin', data: A }]);
    const root = folder();
    const definition = {
      ...definitionOf(archive, ['http://127.0.0.1:1/x'], {
        name: 'pack',
        archive: { format, members: ['set/a.bin'], unpackedBytes: 1_000_000 },
      }),
      needs: [{ what: 'data', part: 'train', names: ['set/a.bin'] } as const],
    };
    const raw = join(root, 'Toy', 'raw');
    mkdirSync(raw, { recursive: true });
    writeFileSync(join(raw, 'pack'), pack([{ name: 'set/a.bin', data: B }]));
    const error = await rejection(ensureFiles(definition, 'train', { root, download: true }));
    expect(error.message).toContain('pack: this is not the file that the publisher offers');
    expect(existsSync(join(raw, 'set'))).toBe(false);
  });
});

describe('what could write outside the folder', () => {
  const names = [
    '../x',
    'a/../../x',
    '/etc/x',
    'a//b',
    './a',
    'a/.',
    'C:x',
    'a\\..\\x',
    'nul',
    'a/con.txt',
    'a.',
    'a\0b',
    '',
    'x'.repeat(300),
  ];

  test.each(names)('the name %j is refused', (name) => {
    expect(() => safePath('/data', name, 'archive')).toThrow(DataFormatError);
  });

  test('any accepted name stays inside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '', 'a', 'b c', '~', 'x.bin', '\\', '..a'), { maxLength: 5 }),
        (parts) => {
          let path: string;
          try {
            path = safePath('/data', parts.join('/'), 'archive');
          } catch (error) {
            expect(error).toBeInstanceOf(DataFormatError);
            return;
          }
          expect(path.startsWith('/data/')).toBe(true);
        },
      ),
    );
  });

  test('a link of a tar archive is not made, and nothing is written through it', async () => {
    const outside = folder();
    const archive = gzipSync(
      tarBytes([
        { name: 'set', type: '2', link: outside },
        { name: 'set/a.bin', data: A },
        { name: 'set/b.bin', type: '1', link: '/etc/passwd' },
        { name: 'set/b.bin', data: B },
      ]),
    );
    const out = await extract(archive, { format: 'tar.gz' });
    expect(readdirSync(outside)).toEqual([]);
    expect(Buffer.compare(readFileSync(join(out, 'set/b.bin')), B)).toBe(0);
  });

  test('a link of a zip archive is refused', async () => {
    const archive = zipBytes([
      { name: 'set/a.bin', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'set/b.bin', data: B },
    ]);
    expect((await rejection(extract(archive, { format: 'zip' }))).message).toContain('set/a.bin: a link or device');
  });

  test('a member of a zip archive with a wrong checksum or size is refused', async () => {
    const wrong = zipBytes([
      { name: 'set/a.bin', data: A, crc: 1 },
      { name: 'set/b.bin', data: B },
    ]);
    expect((await rejection(extract(wrong, { format: 'zip' }))).message).toContain('set/a.bin: a wrong checksum');
    const small = zipBytes([
      { name: 'set/a.bin', data: new Uint8Array(5_000_000), deflate: true, size: 10 },
      { name: 'set/b.bin', data: B },
    ]);
    expect(await rejection(extract(small, { format: 'zip' }))).toBeInstanceOf(DataFormatError);
  });
});
