// What is done in Node and in a page, with the same results to the bit. No imports of Node here.
import type { NDArray, NDArrays } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import * as data from '../../src/public/index.ts';
import { within } from './within.ts';

/** What a case has to read: a file of the fixtures or one that the test made, by its name. */
export interface Files {
  /** As a text, which is a path in Node and an address in a page. */
  readonly at: (name: string) => string;
  /** The same bytes as a Blob. */
  readonly blob: (name: string) => Promise<Blob>;
  /** Threads of a loader, which change nothing. */
  readonly workers: number;
  /** The pictures of the test, by their paths. */
  readonly pictures: readonly string[];
}

export type Case = (files: Files) => Promise<unknown>;

/** An array as text: type, shape, and the SHA-256 of its bytes. */
async function shown(array: NDArray): Promise<string> {
  const { dtype, shape, data: values } = array;
  const bytes = new Uint8Array(
    values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer,
  );
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `${dtype} [${shape}] ${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

async function shownAll(arrays: NDArrays): Promise<Record<string, string>> {
  const all: [string, string][] = [];
  for (const [name, array] of leavesOf(arrays)) all.push([name, await shown(array)]);
  return Object.fromEntries(all);
}

async function shownSet({ name, length, classes, x, y }: data.DatasetOf): Promise<unknown> {
  return { name, length, classes, x: await shownAll(x), y: await shownAll(y) };
}

async function shownTable({ length, columns }: data.Table): Promise<unknown> {
  const all: unknown[] = [];
  for (const { name, type, data: values } of columns) {
    all.push([name, type, Array.from(values as ArrayLike<unknown>, (value) => String(value)).join('|')]);
  }
  return { length, all };
}

/** Batches of an epoch, and of the next. */
async function shownBatches(loader: Pick<data.AsyncLoaderOf, 'epoch' | 'close'>): Promise<unknown> {
  const all: unknown[] = [];
  for (const epoch of [0, 1]) {
    for await (const { x, y, index } of loader.epoch(epoch)) all.push([index, await shownAll(x), await shownAll(y)]);
  }
  await loader.close();
  return all;
}

/** The same source as text, as a URL and as a Blob. */
async function inEachForm(
  files: Files,
  name: string,
  read: (source: data.DataSource) => Promise<unknown>,
): Promise<unknown> {
  const text = await read(files.at(name));
  const url = await read(new URL(files.at(name), globalThis.location?.href ?? 'file:///'));
  const blob = await read(await files.blob(name));
  return { text, isSame: JSON.stringify([url, blob]) === JSON.stringify([text, text]) };
}

const PARQUET = ['plain', 'snappy', 'gzip-groups', 'differences', 'long', 'none'];

export const CASES: Readonly<Record<string, Case>> = {
  'IDX, gzipped': (files) => inEachForm(files, 'images.gz', async (source) => shown(await data.readIdx(source))),
  'NumPy arrays': (files) => inEachForm(files, 'array.npy', async (source) => shown(await data.readNpy(source))),
  'a NumPy archive, packed': (files) =>
    inEachForm(files, 'arrays.npz', async (source) => {
      const arrays = await data.readNpz(source);
      return Promise.all(Object.entries(arrays).map(async ([name, array]) => [name, await shown(array)]));
    }),
  'CSV with quotes and line ends of all kinds': (files) =>
    inEachForm(files, 'table.csv', async (source) => {
      const rows: unknown[] = [];
      for await (const { line, fields } of data.csvRows(source)) rows.push([line, fields]);
      return [rows, await shownTable(await data.readCsv(source))];
    }),
  'a large CSV file, gzipped': (files) =>
    inEachForm(files, 'large.csv.gz', async (source) => shownTable(await data.readCsv(source))),
  'JSON lines with long integers': (files) =>
    inEachForm(files, 'lines.jsonl', async (source) => shownTable(await data.readJsonLines(source))),
  'Parquet files': async (files) => {
    const tables: unknown[] = [];
    for (const name of PARQUET) tables.push(await shownTable(await data.readParquet(files.at(`${name}.parquet`))));
    return tables;
  },
  'records of CIFAR': async (files) => {
    const { images, labels } = await data.readCifar([files.at('records.bin'), await files.blob('records.bin')]);
    return [await shown(images), await shownAll(labels[0] as NDArray)];
  },
  'data that ship inside the package': async () => [
    await shownSet(await data.mnistSample()),
    await shownSet(await data.mnistSample({ train: false, transform: data.resize(14) })),
    await shownSet(await data.digits()),
    await shownSet(await data.iris({ all: true })),
  ],
  'splits, folds and samplers': async () => {
    const all = await data.digits({ all: true });
    const [train, test] = data.randomSplit(all, [0.7, 0.3], { seed: 4, stratified: true });
    const folds = Array.from(data.kFold(all, 5, { seed: 3 }), ({ train: most }) => shownSet(most));
    const weighted = data.weightedSampler(
      Array.from({ length: 50 }, (_, i) => 1 + (i % 7)),
      { length: 80, seed: 2 },
    );
    return [
      await shownSet(data.concatDatasets([train, test])),
      await Promise.all(folds),
      [...weighted.indices(3)],
      [...data.distributedSampler(data.randomSampler(40, { seed: 9 }), { rank: 1, ranks: 3 }).indices(1)],
    ];
  },
  'batches with every transform, whoever makes them': async ({ workers }) => {
    const pictures = data.subset(
      await data.mnistSample(),
      Array.from({ length: 96 }, (_, i) => i),
    );
    const plain = data.loader(pictures, { batchSize: 20, shuffle: true, seed: 7, dropLast: true });
    const changed = data.loader(pictures, {
      batchSize: 32,
      shuffle: true,
      seed: 11,
      workers,
      transform: [
        data.randomCrop(28, { padding: 3 }),
        data.randomHorizontalFlip(),
        data.randomRotation(20),
        data.randomAffine(5, { translate: [0.1, 0.1], scale: [0.9, 1.1], shear: 4 }),
        data.randomErasing(),
        data.resize(20),
        data.toFloat(),
        data.normalize([0.13], [0.31]),
      ],
      batchTransform: data.mixup({ classes: 10 }),
    });
    return [await shownBatches(plain), await shownBatches(changed)];
  },
  'lazy data that are read ahead': async () => {
    const lazy: data.LazyDataset = {
      name: 'lazy',
      length: 21,
      classes: ['a', 'b'],
      sample: { dtype: 'uint8', shape: [1, 4, 4] },
      target: 'int32',
      get: async (index) => ({
        x: { dtype: 'uint8', shape: [1, 4, 4], data: new Uint8Array(16).fill(index) },
        y: index % 2,
      }),
    };
    const options = { batchSize: 4, shuffle: true, seed: 5, transform: data.randomVerticalFlip(), prefetch: 3 };
    return shownBatches(data.loader(lazy, options));
  },
  statistics: async () => data.channelStatistics(await data.mnistSample({ train: false })),
  'PNG pictures at every size': async (files) => {
    const all: unknown[] = [];
    for (const path of files.pictures) {
      for (const options of [
        { width: 9, height: 14 },
        { width: 28, height: 28, channels: 3, fit: 'fill' },
        { width: 61, height: 40, channels: 3, invert: false },
        { width: 28, height: 28, fit: 'mnist' },
      ] as const) {
        all.push([path, options.width, await shown(await data.loadImage(files.at(path), options))]);
      }
    }
    return all;
  },
  'pictures in folders, from their addresses': async (files) => {
    const urls = files.pictures.map((path) => new URL(files.at(path), globalThis.location?.href ?? 'file:///'));
    const set = await data.imageFolder(urls.toReversed(), { width: 12, height: 12, channels: 3 });
    const entries = await Promise.all(
      files.pictures.map(async (path) => ({
        path: `${path.split('/').slice(-2).join('/')}`,
        source: await files.blob(path),
      })),
    );
    const lazy = data.imageFiles(await data.listImageFolder(entries), { width: 12, height: 12 });
    return [
      await shownAll(set.x),
      await shownAll(set.y),
      set.classes,
      await shownBatches(data.loader(lazy, { batchSize: 3 })),
    ];
  },
  'a picture that was made': async () => {
    const { x } = data.subset(await data.mnistSample(), [3]);
    const colours: NDArray = {
      dtype: 'uint8',
      shape: [3, 7, 5],
      data: Uint8Array.from({ length: 105 }, (_, i) => i * 2),
    };
    const back = async (image: NDArray, size: data.LoadImageOptions): Promise<boolean> => {
      const read = await data.loadImage(await data.pngBytes(image), { ...size, invert: false });
      return (await shown(read)).split(' ').at(-1) === (await shown(image)).split(' ').at(-1);
    };
    return [await back(x, {}), await back(colours, { width: 5, height: 7, channels: 3 })];
  },
  'a set that is kept': async () => {
    let made = 0;
    const make = async (): Promise<data.ArrayDataset> => {
      made += 1;
      return data.digits({ train: false });
    };
    const options = { key: `digits ${Math.random()}` };
    const first = await shownSet(await data.cache(make, options));
    const second = await shownSet(await data.cache(make, options));
    return { first, isSame: JSON.stringify(first) === JSON.stringify(second), made };
  },
};

/** What each case gives, or the error that it throws. */
export async function results(files: Files): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(CASES)) {
    all[name] = await within(30, run(files)).catch((error: Error) => ({ error: error.stack }));
  }
  return all;
}
