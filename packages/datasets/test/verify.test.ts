import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MNIST_NAMES } from '../src/builtin/idx-set.ts';
import type { DatasetDefinition } from '../src/definition.ts';
import { fileHashes } from '../src/download/file-hashes.ts';
import { locate } from '../src/download/locate.ts';
import { describeDatasets, ensureFiles, fashionMnist, kmnist, mnist, readIdx } from '../src/public/index.ts';
import { folder, idxBytes, rejection } from './helpers.ts';
import { mirror, serving } from './mirror.ts';

const FASHION = process.env['DESCENT_FASHION_MNIST'] ?? '/usr/share/datasets/fashion-mnist';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

let home: string;
beforeEach(() => {
  home = folder();
  vi.stubEnv('DESCENT_DATA_HOME', home);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

/** The test files of Fashion-MNIST as another set's. */
function fashionAs(set: string, unpacked: boolean): string {
  const root = folder();
  const to = set === '' ? root : join(root, set, 'raw');
  mkdirSync(to, { recursive: true });
  for (const name of MNIST_NAMES.slice(2)) {
    if (unpacked) writeFileSync(join(to, name.slice(0, -3)), gunzipSync(readFileSync(join(FASHION, name))));
    else copyFileSync(join(FASHION, name), join(to, name));
  }
  return root;
}

describe('the files of Fashion-MNIST', () => {
  const needed = (skip: (when: boolean, why: string) => void): void =>
    skip(
      !existsSync(FASHION),
      `no folder ${FASHION}: set DESCENT_FASHION_MNIST or install Debian's dataset-fashion-mnist`,
    );

  test('that have each other’s names are told to be named again, not to be loaded as another set', async ({ skip }) => {
    needed(skip);
    const root = folder();
    for (const [i, name] of MNIST_NAMES.entries())
      copyFileSync(join(FASHION, MNIST_NAMES[(i + 2) % 4] as string), join(root, name));
    const error = await rejection(fashionMnist({ root, train: false }));
    expect(error.message).toContain(
      "received: Fashion-MNIST's training images\n  expected: Fashion-MNIST's test images",
    );
    expect(error.message).toContain('fix: give each file of the set its own name again');
  });

  test('are not MNIST nor KMNIST, gzipped or not, wherever they lie', async ({ skip }) => {
    needed(skip);
    for (const [root, load, name] of [
      [FASHION, mnist, 'MNIST'],
      [FASHION, kmnist, 'KMNIST'],
      [fashionAs('MNIST', false), mnist, 'MNIST'],
      [fashionAs('KMNIST', true), kmnist, 'KMNIST'],
    ] as const) {
      for (const train of root === FASHION ? [true, false] : [false]) {
        const error = await rejection(load({ root, train }));
        expect(error).toMatchObject({ name: 'DataFormatError' });
        const part = train ? 'training' : 'test';
        expect(error.message).toContain(
          `${name}: this file is not what its name says\n  received: Fashion-MNIST's ${part} images`,
        );
        expect(error.message).toContain(`expected: ${name}'s ${part} images, sha256`);
      }
    }
  });

  test('are Fashion-MNIST, packed by others or unpacked, in the folder of the system too', async ({ skip }) => {
    needed(skip);
    expect((await fashionMnist({ root: fashionAs('FashionMNIST', true), train: false })).length).toBe(10_000);
    const system = folder();
    mkdirSync(join(system, 'fashion-mnist'));
    for (const name of MNIST_NAMES) copyFileSync(join(FASHION, name), join(system, 'fashion-mnist', name));
    expect((await fashionMnist({ root: system, train: false })).length).toBe(10_000);
  });

  test('of another part are told', async ({ skip }) => {
    needed(skip);
    const root = folder();
    for (const rest of ['images-idx3-ubyte.gz', 'labels-idx1-ubyte.gz'])
      copyFileSync(join(FASHION, `t10k-${rest}`), join(root, `train-${rest}`));
    expect((await rejection(fashionMnist({ root }))).message).toContain(
      "received: Fashion-MNIST's test images\n  expected: Fashion-MNIST's training images",
    );
  });

  test('in the root are no hindrance to a download, but in the own folder', async ({ skip }) => {
    needed(skip);
    const server = await mirror(serving(Buffer.from('never mind')));
    const options = { download: true, mirrors: server.url, train: false };
    const shared = fashionAs('', false);
    // The server has something else, which the download refuses: but it was asked.
    expect((await rejection(mnist({ root: shared, ...options }))).name).toBe('DownloadError');
    expect(server.requests.length).toBeGreaterThan(0);
    const before = server.requests.length;
    const own = fashionAs('MNIST', true);
    const error = await rejection(mnist({ root: own, ...options }));
    expect(error.message).toContain("received: Fashion-MNIST's test images");
    expect(error.message).toContain('name another root, or move the file away, and pass download: true');
    expect(server.requests.length).toBe(before);
    // As told.
    renameSync(join(own, 'MNIST'), join(own, 'moved'));
    expect((await rejection(mnist({ root: own, ...options }))).name).toBe('DownloadError');
  });
});

describe('files of your own', () => {
  const images = idxBytes([2, 28, 28], new Uint8Array(2 * 784).fill(9));
  const labels = idxBytes([2], [7, 9]);
  const files = { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte.gz': gzipSync(labels) };

  test('are not taken for a named set, and the advice reads them', async () => {
    const root = folder(files);
    const error = await rejection(mnist({ root }));
    expect(error.message).toContain(`received: a file with sha256 ${sha256(images)}, which is none that is known here`);
    expect(error.message).toContain('read files of your own with readIdx');
    const [x, y] = [
      await readIdx(join(root, 'train-images-idx3-ubyte')),
      await readIdx(join(root, 'train-labels-idx1-ubyte.gz')),
    ];
    expect([x.shape, ...y.data]).toEqual([[2, 28, 28], 7, 9]);
  });

  test('that are damaged gzip data are refused as such', async () => {
    const root = folder({ ...files, 'train-images-idx3-ubyte': gzipSync(images).subarray(0, 20) });
    expect((await rejection(mnist({ root }))).message).toContain('damaged, or of your own');
  });
});

describe('a set of one file', () => {
  const right = bytes('the right one');
  const set = (file: Partial<DatasetDefinition['files'][number]>): DatasetDefinition => ({
    ...(describeDatasets()[0] as DatasetDefinition),
    ...{ id: 'toy', name: 'Toy', folder: 'Toy', mirrors: [] },
    files: [{ name: 'a.gz', bytes: 9, sha256: sha256(gzipSync(right)), parts: ['train'], ...file }],
    needs: [{ what: 'data', part: 'train', names: ['a', 'a.gz'] }],
  });
  const found = async (root: string, file = {}): Promise<string | undefined> => {
    const { paths } = await locate(set(file), root, 'train');
    return paths.get('data')?.slice(root.length + 1);
  };

  test('takes the first that is right', async () => {
    const content = sha256(right);
    const packed = gzipSync(right);
    const other = gzipSync(right, { level: 1 });
    expect(await found(folder({ 'a.gz': packed }))).toBe('a.gz');
    expect(await found(folder({ a: right }), { content })).toBe('a');
    expect(await found(folder({ a: bytes('wrong'), 'a.gz': packed }), { content })).toBe('a.gz');
    expect(await found(folder({ 'a.gz': Buffer.concat([other]) }), { content })).toBe('a.gz');
    expect(await found(folder({ a: bytes('wrong') }), { content })).toBeUndefined();
    expect(await found(folder({ 'a.gz': gzipSync(bytes('wrong')) }))).toBeUndefined();
    // Nobody says what it unpacks to.
    expect(await found(folder({ a: right }))).toBe('a');
  });

  test('says by ensureFiles what is wrong', async () => {
    const root = folder({ 'a.gz': gzipSync(bytes('wrong')) });
    const error = await rejection(ensureFiles(set({}), 'train', { root, download: false }));
    expect(error.message).toContain(`Toy: this file is not what its name says`);
    expect(error.message).toContain(`expected: a.gz, sha256 ${sha256(gzipSync(right))}`);
    expect(error.message).not.toContain('readIdx');
  });
});

describe('hashes', () => {
  const always = (): boolean => true;

  test('are kept while size and time of the file stay', async () => {
    const packed = gzipSync(bytes('one'));
    const zip = join(folder({ a: packed }), 'a');
    expect(await fileHashes(zip, () => false)).toEqual({ file: sha256(packed) });
    expect(await fileHashes(zip, always)).toMatchObject({ file: sha256(packed), content: sha256(bytes('one')) });
    const path = join(folder({ a: bytes('one') }), 'a');
    const mtime = new Date(1_700_000_000_000);
    utimesSync(path, mtime, mtime);
    expect(await fileHashes(path, () => false)).toEqual({ file: sha256(bytes('one')), content: sha256(bytes('one')) });
    writeFileSync(path, 'two');
    utimesSync(path, mtime, mtime);
    expect((await fileHashes(path, always)).file).toBe(sha256(bytes('one')));
    writeFileSync(path, 'three');
    utimesSync(path, mtime, mtime);
    expect((await fileHashes(path, always)).file).toBe(sha256(bytes('three')));
    writeFileSync(path, 'seven');
    utimesSync(path, mtime, new Date(mtime.getTime() + 5000));
    expect((await fileHashes(path, always)).file).toBe(sha256(bytes('seven')));
    expect(readdirSync(home)).toEqual(['hashes.json']);
  });

  test('are made each time where they cannot be kept, or what is kept is damaged', async () => {
    const path = join(folder({ a: gzipSync(bytes('one')) }), 'a');
    writeFileSync(join(home, 'hashes.json'), '{"x": 5, ');
    expect((await fileHashes(path, always)).content).toBe(sha256(bytes('one')));
    writeFileSync(join(home, 'a file'), '');
    vi.stubEnv('DESCENT_DATA_HOME', join(home, 'a file', 'folder'));
    expect((await fileHashes(path, always)).content).toBe(sha256(bytes('one')));
  });

  test('of many files are the last five hundred', async () => {
    const entries = Array.from({ length: 600 }, (_, i) => [`/gone/${i}`, { file: 'x', size: 1, mtimeMs: 1 }]);
    writeFileSync(join(home, 'hashes.json'), JSON.stringify(Object.fromEntries(entries)));
    const path = join(folder({ a: bytes('one') }), 'a');
    await fileHashes(path, always);
    const kept = Object.keys(JSON.parse(readFileSync(join(home, 'hashes.json'), 'utf8')) as object);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, '/gone/101', path]);
  });
});
