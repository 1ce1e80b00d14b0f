import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { loadIdxSet } from '../src/builtin/idx-set.ts';
import { KMNIST } from '../src/builtin/kmnist.ts';
import { MNIST } from '../src/builtin/mnist.ts';
import { QMNIST } from '../src/builtin/qmnist.ts';
import {
  type ArrayDataset,
  californiaHousing,
  channelStatistics,
  cifar10,
  cifar100,
  classCounts,
  DataFileError,
  DataFormatError,
  describeDatasets,
  digits,
  emnist,
  iris,
  kmnist,
  mnist,
  mnistSample,
  randomCrop,
  readCifar,
  resize,
  toFloat,
} from '../src/public/index.ts';
import { folder, idxBytes, rejection, unchecked, unpacked } from './helpers.ts';
import { noise } from './mirror.ts';

function tree(files: Readonly<Record<string, Uint8Array | string>>): string {
  const root = folder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

describe('describeDatasets', () => {
  test('lists every set as plain data', () => {
    const sets = describeDatasets();
    expect(sets.map(({ id }) => id)).toEqual([
      'mnist-sample',
      'mnist',
      'fashion-mnist',
      'kmnist',
      'emnist',
      'qmnist',
      'cifar10',
      'cifar100',
      'digits',
      'iris',
      'california-housing',
      'moons',
      'circles',
      'spirals',
      'blobs',
      'xor',
    ]);
    expect(JSON.parse(JSON.stringify(sets))).toEqual(sets);
    for (const set of sets) {
      expect(set.licence.length * set.source.length * set.citation.length, set.id).toBeGreaterThan(0);
      expect(set.task === 'regression', set.id).toBe(set.classes.length === 0);
      expect(set.embedded, set.id).toBe(set.downloadBytes === 0);
      // Each file that reading needs is in what is fetched for that part.
      for (const need of set.needs) {
        const offered = set.files
          .filter((file) => file.parts.includes(need.part))
          .flatMap((file) => file.archive?.members ?? [file.name]);
        expect(
          need.names.some((name) => offered.includes(name)),
          `${set.id} ${need.what}`,
        ).toBe(true);
      }
    }
    expect(sets.find(({ id }) => id === 'emnist')?.splits?.map(({ name, classes }) => [name, classes.length])).toEqual([
      ['balanced', 47],
      ['byclass', 62],
      ['bymerge', 47],
      ['letters', 26],
      ['digits', 10],
      ['mnist', 10],
    ]);
    expect(sets.find(({ id }) => id === 'cifar100')?.classes.length).toBe(100);
  });

  test('options are checked by name and type', async () => {
    const wrong = (options: object): Promise<Error> => rejection(Promise.resolve().then(() => kmnist(options)));
    expect((await wrong({ trian: true })).message).toContain("KMNIST has no option 'trian'");
    expect((await wrong({ train: 'yes' })).message).toContain('KMNIST: train is a switch');
    expect((await wrong({ root: 7 })).message).toContain('root is the folder of its files');
    expect((await rejection(iris({ download: 1 as never }))).message).toContain('Iris: download is a switch');
    expect((await rejection(Promise.resolve().then(() => mnist({ all: true } as never)))).message).toContain(
      'no option',
    );
  });
});

describe('the sets inside the package', () => {
  test('Iris has 150 flowers in the published order', async () => {
    const all = await iris({ all: true });
    expect(all.x.shape).toEqual([150, 4]);
    expect(classCounts(all)).toEqual([50, 50, 50]);
    expect(all.features).toEqual(['sepal length', 'sepal width', 'petal length', 'petal width']);
    // The values of Fisher's paper, of which the copy in the UCI repository has two rows wrong (34 and 37).
    const row = (i: number): number[] =>
      Array.from(all.x.data.subarray(4 * i, 4 * i + 4), (v) => Math.round(10 * v) / 10);
    expect([row(0), row(34), row(37), row(149)]).toEqual([
      [5.1, 3.5, 1.4, 0.2],
      [4.9, 3.1, 1.5, 0.2],
      [4.9, 3.6, 1.4, 0.1],
      [5.9, 3, 5.1, 1.8],
    ]);
    const { mean } = channelStatistics(all);
    expect(mean.map((m) => m.toFixed(4))).toEqual(['5.8433', '3.0573', '3.7580', '1.1993']);
  });

  test('Iris splits into 120 and 30, the same each time, with equal shares', async () => {
    const [train, held] = [await iris(), await iris({ train: false })];
    expect([classCounts(train), classCounts(held)]).toEqual([
      [40, 40, 40],
      [10, 10, 10],
    ]);
    expect(await iris()).toEqual(train);
  });

  test('Digits has 1,797 images from 0 to 16', async () => {
    const all = await digits({ all: true });
    expect(all.x.shape).toEqual([1797, 1, 8, 8]);
    expect(classCounts(all)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(Array.from(all.x.data.subarray(0, 8))).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
    expect(channelStatistics(all, { scale: 1 })).toMatchObject({ min: [0], max: [16] });
    const counts = [await digits(), await digits({ train: false })].map((part) => part.length);
    const described = describeDatasets().find(({ id }) => id === 'digits')?.items;
    expect({ train: counts[0], test: counts[1] }).toEqual(described);
  });

  test('take the options of every set', async () => {
    const held = await mnistSample({ train: false, download: true, offline: true, root: '/nowhere' });
    expect(held.length).toBe(2000);
  });
});

describe('EMNIST', () => {
  // An F lies on its side in the file: rows and columns exchanged.
  const upright = noise(784, 5);
  const lying = upright.map((_, i) => upright[28 * (i % 28) + Math.floor(i / 28)] as number);
  const files = (split: string, label: number): Record<string, Uint8Array> =>
    unpacked('emnist', {
      [`gzip/emnist-${split}-train-images-idx3-ubyte.gz`]: gzipSync(idxBytes([1, 28, 28], lying)),
      [`gzip/emnist-${split}-train-labels-idx1-ubyte.gz`]: gzipSync(idxBytes([1], [label])),
    });

  test.each([
    ['balanced', 46, 't'],
    ['byclass', 61, 'z'],
    ['byclass', 10, 'A'],
    ['letters', 1, 'a'],
    ['letters', 26, 'z'],
    ['digits', 9, '9'],
  ] as const)('%s: images upright, label %i is %s', async (split, label, name) => {
    const data = await emnist({ root: tree(files(split, label)), split });
    expect(data.name).toBe(`EMNIST ${split}`);
    expect(Array.from(data.x.data)).toEqual(Array.from(upright));
    expect(data.classes[data.y.data[0] as number]).toBe(name);
  });

  test('finds the files that torchvision unpacks, and refuses a label of 0 letters', async () => {
    const n = 20_800;
    const letters = Uint8Array.from({ length: n }, (_, i) => 1 + (i % 26));
    const root = tree({
      'EMNIST/raw/emnist-letters-test-images-idx3-ubyte': idxBytes([n, 28, 28], new Uint8Array(n * 784)),
      'EMNIST/raw/emnist-letters-test-labels-idx1-ubyte': idxBytes([n], letters),
    });
    const data = await emnist({ root, split: 'letters', train: false });
    expect([data.length, ...classCounts(data)]).toEqual([n, ...Array.from({ length: 26 }, () => 800)]);
    writeFileSync(
      join(root, 'EMNIST/raw/emnist-letters-test-labels-idx1-ubyte'),
      idxBytes(
        [n],
        letters.map((label) => label - 1),
      ),
    );
    const error = await rejection(emnist({ root, split: 'letters', train: false }));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(
      'received: uint8 [20800] of 26 different labels, 0 to 25\n  expected: labels to test: uint8 [20800], with each label from 1 to 26',
    );
    const unknown = await rejection(Promise.resolve().then(() => emnist({ root, split: 'bananas' as never })));
    expect(unknown.message).toContain('expected: balanced, byclass, bymerge, letters, digits, mnist');
  });
});

test('QMNIST takes the class of its eight numbers a label', async () => {
  const labels = Buffer.alloc(2 * 8 * 4);
  labels.writeInt32BE(7, 0);
  labels.writeInt32BE(3, 32);
  labels.writeInt32BE(2599, 36);
  const root = tree({
    'QMNIST/raw/qmnist-train-images-idx3-ubyte.gz': gzipSync(idxBytes([2, 28, 28], noise(2 * 784))),
    'QMNIST/raw/qmnist-train-labels-idx2-int.gz': gzipSync(idxBytes([2, 8], labels, 0x0c)),
  });
  const data = await loadIdxSet(unchecked(QMNIST), { root });
  expect(Array.from(data.y.data)).toEqual([7, 3]);
  expect(data.x.shape).toEqual([2, 1, 28, 28]);
});

test('two sets with the same file names in one root are not mixed', async () => {
  const images = idxBytes([1, 28, 28], noise(784));
  const root = tree({
    'train-images-idx3-ubyte': images,
    'train-labels-idx1-ubyte': idxBytes([1], [1]),
    'KMNIST/raw/train-images-idx3-ubyte': images,
    'KMNIST/raw/train-labels-idx1-ubyte': idxBytes([1], [2]),
  });
  const [first, second] = [MNIST, KMNIST].map((set) => loadIdxSet(unchecked(set), { root }));
  expect([(await first)?.y.data[0], (await second)?.y.data[0]]).toEqual([1, 2]);
});

describe('CIFAR', () => {
  const record = (labels: readonly number[], seed: number): Uint8Array =>
    Uint8Array.from([...labels, ...noise(3072, seed)]);

  test('10: five files in order, channel by channel', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 1; i <= 5; i++) files[`cifar-10-batches-bin/data_batch_${i}.bin`] = record([i], i);
    const data = await cifar10({ root: tree(unpacked('cifar10', files)) });
    expect(data.x.shape).toEqual([5, 3, 32, 32]);
    expect(Array.from(data.y.data)).toEqual([1, 2, 3, 4, 5]);
    expect(Buffer.compare(data.x.data.subarray(2 * 3072, 3 * 3072) as Uint8Array, noise(3072, 3))).toBe(0);
    expect(data.classes[data.y.data[2] as number]).toBe('cat');
  });

  test('100: fine and coarse labels', async () => {
    const records = Buffer.concat([record([19, 99], 1), record([0, 4], 2)]);
    const root = tree(unpacked('cifar100', { 'cifar-100-binary/test.bin': records }));
    const fine = await cifar100({ root, train: false });
    expect(Array.from(fine.y.data, (label) => fine.classes[label])).toEqual(['worm', 'beaver']);
    const coarse = await cifar100({ root, train: false, labels: 'coarse' });
    expect(Array.from(coarse.y.data, (label) => coarse.classes[label])).toEqual(['vehicles_2', 'aquatic_mammals']);
    const error = await rejection(Promise.resolve().then(() => cifar100({ root, labels: 'x' as never })));
    expect(error.message).toContain("'fine' or 'coarse'");
  });

  test.each([
    [
      'cut off',
      Buffer.concat([record([1], 1), record([1], 1).subarray(0, 100)]),
      'at byte 3073: the file does not end after a whole',
    ],
    ['empty', new Uint8Array(), 'at byte 0: the file does not end after a whole CIFAR record'],
    ['of unknown classes', Buffer.concat([record([1], 1), record([10], 1)]), 'at byte 3073: there is no such class'],
  ])('%s: DataFormatError with the place', async (_, bytes, message) => {
    const error = await rejection(readCifar(join(folder({ 'test_batch.bin': bytes }), 'test_batch.bin')));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(message);
  });

  test('missing: the file, and what to do', async () => {
    const error = await rejection(cifar10({ root: folder() }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('CIFAR10: the data_batch_1.bin file is missing');
    expect(error.message).toContain('pass download: true, which fetches 171 MB');
  });
});

describe('California housing', () => {
  const row = '-122.230000,37.880000,41.000000,880.000000,129.000000,322.000000,126.000000,8.325200,452600.000000\n';

  const housing = (text: string): string =>
    tree(unpacked('california-housing', { 'CaliforniaHousing/cal_housing.data': text }));

  test('gives the columns of scikit-learn', async () => {
    const data = await californiaHousing({ root: housing(row), all: true });
    expectTypeOf(data).toEqualTypeOf<ArrayDataset<'float32'>>();
    // The first row of scikit-learn's fetch_california_housing.
    const expected = [8.3252, 41, 6.98412698, 1.02380952, 322, 2.55555556, 37.88, -122.23];
    expected.forEach((value, i) => {
      expect(data.x.data[i]).toBeCloseTo(value, 5);
    });
    expect(data.y.data[0]).toBeCloseTo(4.526, 6);
    expect(data).toMatchObject({
      classes: [],
      features: ['MedInc', 'HouseAge', 'AveRooms', 'AveBedrms', 'Population', 'AveOccup', 'Latitude', 'Longitude'],
    });
    expect(() => classCounts(data)).toThrow('CaliforniaHousing has no classes');
  });

  test('splits at random into four fifths and one fifth', async () => {
    const root = housing(row.repeat(50));
    const [train, held] = [await californiaHousing({ root }), await californiaHousing({ root, train: false })];
    expect([train.length, held.length]).toEqual([40, 10]);
  });

  test.each([
    [row.replace('126.000000', '0'), 'the housing data are damaged'],
    [row.replace('37.880000', 'x'), 'line 1: column "latitude" has a value of another type'],
    ['1,2,3\n', 'there is not a name for each column'],
    ['', 'the housing data are damaged'],
  ])('%j is refused', async (text, message) => {
    const error = await rejection(californiaHousing({ root: housing(text) }));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(message);
  });
});

describe('the option transform', () => {
  test('changes every item once, in order', async () => {
    const plain = await digits();
    const scaled = await digits({ transform: toFloat({ scale: 1 / 16 }) });
    expect(scaled.x).toEqual({
      dtype: 'float32',
      shape: [1438, 1, 8, 8],
      data: Float32Array.from(plain.x.data, (v) => v / 16),
    });
    const small = await mnistSample({ train: false, transform: [resize(14), toFloat()] });
    expect([small.x.dtype, small.x.shape]).toEqual(['float32', [2000, 1, 14, 14]]);
    expect(small.y).toEqual((await mnistSample({ train: false })).y);
  });

  test('refuses what draws, before anything is fetched or read', async () => {
    const error = await rejection(mnist({ root: 'nowhere', transform: [toFloat(), randomCrop(28)] }));
    expect(error.message).toMatch(
      /^transforms\[1\] randomCrop\(28.*\): each item is computed once here, but this transform is random/,
    );
    expect((await rejection(iris({ transform: { transform: 'toFlaot', options: {} } }))).message).toContain(
      'there is no such transform',
    );
  });
});
