/// <reference lib="dom" />
// What a page is told where a browser cannot do it, or an address does not give the file.
import * as data from '../../src/public/index.ts';
import { within } from './within.ts';

async function said(work: () => unknown): Promise<string> {
  try {
    await within(20, Promise.resolve(work()));
    return 'nothing';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** The warnings that come while `work` runs. */
async function warned(work: () => Promise<unknown>): Promise<readonly string[]> {
  const { warn } = console;
  const all: string[] = [];
  console.warn = (text: string) => all.push(text);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return all;
}

/** `other` is a server of another origin; `at` gives the address of a file. */
export async function problems(other: string, at: (name: string) => string): Promise<Record<string, unknown>> {
  const toy = await data.iris();
  const set = data.describeDatasets()[1] as data.DatasetDescription;
  const picture = await (await fetch(at('cats/grey.png'))).arrayBuffer().then((buffer) => new Uint8Array(buffer));
  const jpeg = await (await fetch(at('photo.jpg'))).arrayBuffer().then((buffer) => new Uint8Array(buffer));
  return {
    missing: await said(() => data.readIdx(`${other}/missing`)),
    page: await said(() => data.readIdx('/no/such/file')),
    otherOrigin: await said(() => data.readIdx(`${other}/closed`)),
    nobody: await said(() => data.readIdx(new URL('http://127.0.0.1:9/x'))),
    broken: await said(() => data.readNpy(`${other}/broken`)),
    tooLarge: await said(() => data.readNpy(at('array.npy'), { limit: 10 })),
    gzip: await said(() => data.readCsv(`${other}/damaged.gz`)),
    gzipBomb: await said(() => data.readIdx(at('images.gz'), { limit: 300 })),
    npz: await said(() => data.readNpz(at('damaged.npz'))),
    quotes: await said(() => data.readCsv(at('quotes.csv'))),
    fileUrl: await said(() => data.readCsv(new URL('file:///etc/data.csv'))),
    folder: await said(() => data.imageFolder('pictures')),
    lone: await said(() => data.listImageFolder([new File(['x'], 'cat.png')])),
    ensure: await said(() => data.ensureFiles(set, 'train', { root: 'x', download: true })),
    locate: await said(() => data.locateFiles(set, 'train')),
    writeNpy: await said(() => data.writeNpy('x.npy', toy.x)),
    writePng: await said(() => data.writePng('x.png', { dtype: 'uint8', shape: [1, 1], data: new Uint8Array(1) })),
    module: await said(() => data.moduleDataset({ module: 'https://elsewhere.example/x.js' })),
    notKept: await said(() => data.mnist()),
    cutPng: await said(() => data.loadImage(picture.slice(0, -20))),
    damagedPng: await said(() => data.loadImage(picture.with(60, (picture[60] as number) ^ 1))),
    cutJpeg: await said(() => data.loadImage(jpeg.slice(0, Math.floor(jpeg.length / 2)))),
    manyPixels: await said(() => data.loadImage(picture, { maxPixels: 10 })),
    notAnImage: await said(() => data.loadImage(new TextEncoder().encode('<svg></svg>'))),
    jpeg: Array.from((await data.loadImage(jpeg, { width: 64, height: 48, channels: 3, invert: false })).data),
    smallJpeg: Array.from((await data.loadImage(jpeg, { width: 16, height: 12, channels: 3, invert: false })).data),
    transparent: Array.from(
      (await data.loadImage(at('clear.png'), { width: 20, height: 20, channels: 3, invert: false })).data,
    ),
    codecs: [
      await said(() => data.readParquet(at('brotli-v2.parquet'))),
      await said(() => data.readParquet(at('zstd.parquet'))),
    ],
    workers: await warned(async () => {
      const { x, y } = toy;
      for await (const _ of data.loader(
        { x, y },
        { batchSize: 50, workers: 2, batchTransform: data.mixup({ classes: 3 }) },
      ));
    }),
  };
}
