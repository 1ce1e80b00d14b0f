// Files that came out of archives, and those whose hash nobody states: they are what they were, or are checked by their form and named for what they are.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DatasetDefinition } from '../src/definition.ts';
import {
  californiaHousing,
  cifar10,
  cifar100,
  describeDatasets,
  emnist,
  ensureFiles,
  kmnist,
  locateFiles,
  qmnist,
} from '../src/public/index.ts';
import { folder, idxBytes, rejection, unpacked } from './helpers.ts';
import { mirror, serving } from './mirror.ts';
import { tarBytes } from './zip.ts';

const sha256Of = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

beforeEach(() => {
  vi.stubEnv('DESCENT_DATA_HOME', folder());
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

function tree(files: Readonly<Record<string, Uint8Array | string>>): string {
  const root = folder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

const set = (id: string): DatasetDefinition => describeDatasets().find((known) => known.id === id) as DatasetDefinition;

async function standings(id: string, root: string, part: 'train' | 'test' = 'test'): Promise<readonly string[]> {
  const { standing, missing } = await locateFiles(set(id), part, { root });
  return missing.length > 0 ? ['missing'] : [...standing.values()];
}

/** Images of zeros, and labels that go round from `first` to `last`. */
function images(n: number): Uint8Array {
  return idxBytes([n, 28, 28], new Uint8Array(n * 784));
}

function labels(n: number, first: number, last: number): Uint8Array {
  return idxBytes(
    [n],
    Uint8Array.from({ length: n }, (_, i) => first + (i % (last - first + 1))),
  );
}

/** Records of CIFAR whose labels go round. */
function records(n: number, classes: readonly number[]): Uint8Array {
  const record = classes.length + 3072;
  const bytes = new Uint8Array(n * record);
  for (let i = 0; i < n; i++) {
    for (const [c, count] of classes.entries()) bytes[i * record + c] = i % count;
  }
  return bytes;
}

describe('what is unpacked from an archive', () => {
  const members = { 'in/a.bin': Buffer.from('first file'), 'in/b.bin': Buffer.from('second file') };
  const archive = gzipSync(tarBytes(Object.entries(members).map(([name, data]) => ({ name, data }))));
  const toy: DatasetDefinition = {
    ...set('iris'),
    ...{ id: 'toy', name: 'Toy', folder: 'Toy/raw' },
    files: [
      {
        name: 'toy.tar.gz',
        bytes: archive.length,
        sha256: sha256Of(archive),
        parts: ['train'],
        archive: { format: 'tar.gz', members: Object.keys(members), unpackedBytes: 1e6 },
      },
    ],
    needs: ['a', 'b'].map((name) => ({ what: name, part: 'train', names: [`in/${name}.bin`] })),
  };
  const fetched = async (): Promise<string> => {
    const server = await mirror(serving(archive));
    const root = folder();
    await ensureFiles(toy, 'train', { root, download: true, mirrors: server.url });
    return root;
  };

  test('is noted with its hashes, and checked when it is found', async () => {
    const root = await fetched();
    const note = JSON.parse(readFileSync(join(root, 'Toy/raw/toy.tar.gz.contents.json'), 'utf8')) as unknown;
    expect(note).toEqual({
      format: 1,
      archive: { name: 'toy.tar.gz', sha256: sha256Of(archive) },
      files: {
        'in/a.bin': { bytes: 10, sha256: sha256Of(members['in/a.bin']) },
        'in/b.bin': { bytes: 11, sha256: sha256Of(members['in/b.bin']) },
      },
    });
    const { standing, missing } = await locateFiles(toy, 'train', { root });
    expect([missing, [...standing]]).toEqual([
      [],
      [
        ['a', 'hash'],
        ['b', 'hash'],
      ],
    ]);
  });

  test('is refused with one byte flipped, or cut, and unpacked again as the error says', async () => {
    for (const damage of [
      (path: string) => writeFileSync(path, 'first fila'),
      (path: string) => truncateSync(path, 9),
    ]) {
      const root = await fetched();
      const path = join(root, 'Toy/raw/in/a.bin');
      damage(path);
      const server = await mirror(serving(archive));
      const options = { root, download: true, mirrors: server.url };
      const error = await rejection(ensureFiles(toy, 'train', options));
      expect(error).toMatchObject({ name: 'DataFormatError', file: path });
      expect(error.message).toMatch(
        /Toy: this file is not what came out of toy\.tar\.gz\n {2}received: (?:10|9) bytes/,
      );
      expect(error.message).toContain(`expected: 10 bytes with sha256 ${sha256Of(members['in/a.bin'])}`);
      expect(error.message).toContain('fix: move it away, and pass download: true');
      expect((await rejection(ensureFiles(toy, 'train', { root, download: false }))).message).toBe(error.message);
      renameSync(path, `${path}.away`);
      await ensureFiles(toy, 'train', options);
      expect(readFileSync(path, 'utf8')).toBe('first file');
    }
  });

  test('a note that is damaged, or of another archive, says nothing', async () => {
    const root = await fetched();
    const path = join(root, 'Toy/raw/toy.tar.gz.contents.json');
    for (const text of ['{', 'null', '[]', '{"format":1}', '{"format":1,"archive":{},"files":{"in/a.bin":5}}']) {
      writeFileSync(path, text);
      const { standing } = await locateFiles(toy, 'train', { root });
      expect([...standing.values()]).toEqual(['form', 'form']);
    }
  });

  test('of the named sets: one flipped byte', async () => {
    const files = unpacked('cifar10', { 'cifar-10-batches-bin/test_batch.bin': records(2, [10]) });
    const root = tree(files);
    expect((await cifar10({ root, train: false })).length).toBe(2);
    expect(await standings('cifar10', root)).toEqual(['hash']);
    const path = join(root, 'CIFAR10/cifar-10-batches-bin/test_batch.bin');
    const bytes = readFileSync(path);
    bytes[5000] = 1;
    writeFileSync(path, bytes);
    const error = await rejection(cifar10({ root, train: false }));
    expect(error.message).toContain('CIFAR10: this file is not what came out of cifar-10-binary.tar.gz');
  });
});

describe('files without a note', () => {
  test('of CIFAR-10 have its size and its classes', async () => {
    const right = records(10_000, [10]);
    const root = tree({ 'test_batch.bin': right });
    expect((await cifar10({ root, train: false })).length).toBe(10_000);
    expect(await standings('cifar10', root)).toEqual(['form']);
    const path = join(root, 'test_batch.bin');
    const told = async (bytes: Uint8Array): Promise<string> => {
      writeFileSync(path, bytes);
      return (await rejection(cifar10({ root, train: false }))).message;
    };
    const other = records(10_000, [20, 100]);
    expect(await told(other)).toContain(
      "this file is not what its name says\n  received: 30740000 bytes, as CIFAR-100's test file\n  expected: test_batch.bin to test: 10000 records of 3073 bytes, labels below 10, 1000 of each class",
    );
    const unequal = right.slice();
    unequal[0] = 1;
    expect(await told(unequal)).toContain("received: 30730000 bytes, as a training batch of CIFAR-10's");
    expect(await told(right.subarray(3073))).toContain('received: 30726927 bytes\n');
    unequal[0] = 10;
    expect(await told(unequal)).toContain('received: 30730000 bytes\n');
    expect(await told(new Uint8Array())).toContain('received: 0 bytes\n');
    // As told, in the set that it is.
    const own = tree({ 'test.bin': other });
    expect((await cifar100({ root: own, train: false })).length).toBe(10_000);
    writeFileSync(join(own, 'test.bin'), right);
    expect((await rejection(cifar100({ root: own, train: false }))).message).toContain(
      "received: 30730000 bytes, as CIFAR-10's test batch or a training batch of CIFAR-10's",
    );
  });

  test('of EMNIST have the counts and the classes of their split', async () => {
    const [n, letters] = [18_800, 20_800];
    const root = tree({
      'emnist-balanced-test-images-idx3-ubyte.gz': gzipSync(images(n)),
      'emnist-balanced-test-labels-idx1-ubyte': labels(n, 0, 46),
    });
    expect((await emnist({ root, train: false })).length).toBe(n);
    expect(await standings('emnist', root)).toEqual(['form', 'form']);
    writeFileSync(join(root, 'emnist-balanced-test-images-idx3-ubyte.gz'), gzipSync(images(letters)));
    expect((await rejection(emnist({ root, train: false }))).message).toContain(
      "EMNIST balanced: this file is not what its name says\n  received: uint8 [20800, 28, 28], as EMNIST letters's test images\n  expected: images to test: uint8 [18800, 28, 28]",
    );
    writeFileSync(join(root, 'emnist-balanced-test-images-idx3-ubyte.gz'), gzipSync(images(n)));
    for (const [wrong, received] of [
      [labels(letters, 1, 26), "uint8 [20800] of 26 different labels, 1 to 26, as EMNIST letters's test labels"],
      [labels(n, 0, 45), 'uint8 [18800] of 46 different labels, 0 to 45\n'],
      [labels(n, 1, 47), 'uint8 [18800] of 47 different labels, 1 to 47\n'],
      [labels(n, 0, 46).subarray(0, -1), '18807 bytes where its header tells of 18808\n'],
      [Buffer.from('no IDX'), 'a file that begins with 6e6f2049\n'],
      [new Uint8Array(), 'a file that begins with nothing\n'],
      [gzipSync(labels(n, 0, 46)).subarray(0, 40), 'the gzip data is corrupt or truncated'],
    ] as const) {
      writeFileSync(join(root, 'emnist-balanced-test-labels-idx1-ubyte'), wrong);
      expect((await rejection(emnist({ root, train: false }))).message).toContain(received);
    }
  });

  test('splits of EMNIST with the same counts are told by their classes', async () => {
    const n = 116_323;
    const root = tree({
      'emnist-byclass-test-images-idx3-ubyte.gz': gzipSync(images(n), { level: 1 }),
      'emnist-byclass-test-labels-idx1-ubyte': labels(n, 0, 46),
    });
    expect((await rejection(emnist({ root, split: 'byclass', train: false }))).message).toContain(
      "received: uint8 [116323] of 47 different labels, 0 to 46, as EMNIST bymerge's test labels",
    );
  });

  test('of KMNIST and QMNIST unpacked have the right number of images', async () => {
    const root = tree({ 'train-images-idx3-ubyte': images(9_999), 'qmnist-test-images-idx3-ubyte': images(10_000) });
    expect((await rejection(kmnist({ root }))).message).toContain(
      'received: uint8 [9999, 28, 28]\n  expected: images to train: uint8 [60000, 28, 28]',
    );
    expect((await rejection(qmnist({ root, train: false }))).message).toMatch(
      /received: uint8 \[10000, 28, 28\][\s\S]*expected: images to test: uint8 \[60000, 28, 28\]/,
    );
    writeFileSync(join(root, 'train-images-idx3-ubyte'), images(60_000));
    const { standing } = await locateFiles(set('kmnist'), 'train', { root });
    expect(Object.fromEntries(standing)).toEqual({ images: 'form' });
  });

  test('of MNIST under the name of an EMNIST split are MNIST’s', async ({ skip }) => {
    const system = process.env['DESCENT_FASHION_MNIST'] ?? '/usr/share/datasets/fashion-mnist';
    skip(
      !existsSync(system),
      `no folder ${system}: set DESCENT_FASHION_MNIST or install Debian's dataset-fashion-mnist`,
    );
    const read = (name: string): Uint8Array => readFileSync(join(system, name));
    const root = tree({
      'emnist-mnist-test-images-idx3-ubyte.gz': read('t10k-images-idx3-ubyte.gz'),
      'emnist-mnist-test-labels-idx1-ubyte.gz': read('t10k-labels-idx1-ubyte.gz'),
    });
    const error = await rejection(emnist({ root, split: 'mnist', train: false }));
    expect(error.message).toContain("received: Fashion-MNIST's test images");
    expect(error.message).toContain('load that set by its own name');
  });

  test('of California housing are 20,640 rows of 9 columns', async () => {
    const row = '-122.23,37.88,41,880,129,322,126,8.3252,452600';
    const root = tree({ 'cal_housing.data': `${Array(20_640).fill(row).join('\n')}\n` });
    expect((await californiaHousing({ root, all: true })).length).toBe(20_640);
    expect(await standings('california-housing', root)).toEqual(['form']);
    for (const [text, received] of [
      [`${row}\n`.repeat(20_639), '20639 rows of 9 columns'],
      [`${row},1\n`.repeat(20_640), '20640 rows of 10 columns'],
      [`${Array(20_639).fill(row).join('\n')}\n1,2\n`, '20640 rows of different numbers of columns'],
      ['', '0 rows of different numbers of columns'],
    ] as const) {
      writeFileSync(join(root, 'cal_housing.data'), text);
      expect((await rejection(californiaHousing({ root }))).message).toContain(
        `received: ${received}\n  expected: data to train: 20640 rows of 9 columns`,
      );
    }
  });
});

test('five training files of CIFAR-10 that do not belong together are refused', async () => {
  const equal = records(10_000, [10]);
  const files: Record<string, Uint8Array> = {};
  for (let i = 1; i <= 5; i++) files[`data_batch_${i}.bin`] = equal;
  const root = tree(files);
  expect((await cifar10({ root })).length).toBe(50_000);
  const other = equal.slice();
  other[0] = 3;
  writeFileSync(join(root, 'data_batch_2.bin'), other);
  expect((await rejection(cifar10({ root }))).message).toContain(
    'the five training files do not belong together\n  received: 4999, 5000, 5000, 5001, 5000',
  );
});
