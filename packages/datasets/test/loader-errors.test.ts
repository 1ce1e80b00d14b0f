import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AsyncLoader, ImageFolder, LazyDataset, LoaderOptions, SkippedSample } from '../src/public/index.ts';
import { type Built, builtPackage } from './built.ts';
import { rejection } from './helpers.ts';
import { jpegFolder } from './jpegs.ts';

let built: Built;
let d: Built['datasets'];
beforeAll(async () => {
  built = await builtPackage();
  d = built.datasets;
});
afterAll(() => built.remove());

const COUNT = 13;
/** Cut off in the middle, no image at all, and missing. */
const BAD = [4, 6, 7];

/** Photos of one grey each, of which three cannot be read. */
async function photos(): Promise<{ readonly folder: ImageFolder; readonly data: LazyDataset }> {
  const folder = await d.listImageFolder(await jpegFolder(COUNT));
  const path = (i: number): string => folder.samples[i]?.path as string;
  const whole = readFileSync(path(4));
  writeFileSync(path(4), whole.subarray(0, whole.length / 2));
  writeFileSync(path(6), 'not an image');
  const samples = folder.samples.map((sample, i) => (i === 7 ? { ...sample, path: `${sample.path}.gone` } : sample));
  return { folder: { ...folder, samples }, data: d.imageFiles({ ...folder, samples }, { width: 4, height: 4 }) };
}

function load(data: LazyDataset, options: LoaderOptions & { readonly batchTransform?: never }): AsyncLoader {
  const made = d.loader(data, options);
  onTestFinished(() => made.close());
  return made;
}

async function sizes(batches: AsyncIterable<{ readonly x: { readonly shape: readonly number[] } }>): Promise<number[]> {
  const all: number[] = [];
  for await (const { x } of batches) all.push(x.shape[0] as number);
  return all;
}

describe.each([0, 2])('with items that cannot be read (workers: %d)', (workers) => {
  test("onError 'fail' throws the error of the first in order", async () => {
    const { folder, data } = await photos();
    const error = await rejection(sizes(load(data, { batchSize: 8, workers })));
    expect([error.name, (error as Error & { file?: string }).file]).toEqual([
      'DataFormatError',
      folder.samples[4]?.path,
    ]);
    expect(error.message).toContain(`item 4 of ${folder.root} (${folder.samples[4]?.path}, class a)`);
    expect(error.message).toContain('the image is corrupt or truncated');
  });

  test("onError 'skip' leaves them out, counts each once, and keeps the others in order", async () => {
    const { folder, data } = await photos();
    const told: SkippedSample[] = [];
    const batches = load(data, { batchSize: 5, workers, onError: 'skip', onSkip: (sample) => told.push(sample) });
    expect(batches.skipped).toEqual({ count: 0, samples: [] });
    for (let epoch = 0; epoch < 2; epoch++) {
      const greys: number[] = [];
      const labels: number[] = [];
      const counts: number[] = [];
      for await (const { x, y } of batches) {
        counts.push(x.shape[0] as number);
        expect([x.shape.slice(1), x.data.length, y.data.length]).toEqual([
          [1, 4, 4],
          16 * counts.at(-1)!,
          counts.at(-1),
        ]);
        labels.push(...y.data);
        // JPEG of full quality keeps a grey to one step.
        for (let i = 0; i < x.data.length; i += 16) greys.push(Math.round((x.data[i] as number) / 8));
      }
      const kept = Array.from({ length: COUNT }, (_, i) => i).filter((i) => !BAD.includes(i));
      expect(counts).toEqual([4, 3, 3]);
      expect(greys).toEqual(kept);
      expect(labels).toEqual(kept.map((i) => (i < COUNT / 2 ? 0 : 1)));
    }
    expect(batches.skipped.count).toBe(3);
    expect(batches.skipped.samples).toEqual(told);
    expect(told.map(({ index }) => index)).toEqual(BAD);
    expect(told[0]?.name).toBe(`item 4 of ${folder.root} (${folder.samples[4]?.path}, class a)`);
    expect(told[1]?.reason).toContain('this is not an image that Descent reads');
    expect(told[2]?.reason).toContain('the file cannot be opened');
  });

  test('skipping gives the same batches whatever the order of reading, and tells only what was delivered', async () => {
    const { data } = await photos();
    const options = { batchSize: 4, shuffle: true, seed: 2, workers, onError: 'skip', onSkip: () => {} } as const;
    const order = Array.from(d.randomSampler(COUNT, { seed: 2 }).indices(0));
    const batches = load(data, options);
    const first = order.slice(0, 4).filter((i) => BAD.includes(i));
    for await (const { x } of batches.epoch(0)) {
      expect(x.shape[0]).toBe(4 - first.length);
      expect(batches.skipped.samples.map(({ index }) => index)).toEqual(first);
      break;
    }
  });

  test('a batch of which nothing is left fails all the same', async () => {
    const { folder, data } = await photos();
    const batches = load(data, { batchSize: 2, workers, onError: 'skip', onSkip: () => {} });
    const error = await rejection(sizes(batches));
    expect(error.message).toMatch(/^batch 3 of epoch 0: no item of the batch could be read/);
    expect(error.message).toContain(`item 6 of ${folder.root}`);
  });

  test('without onSkip there is one warning', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    onTestFinished(() => warnings.mockRestore());
    const { data } = await photos();
    expect(await sizes(load(data, { batchSize: 13, workers, onError: 'skip' }))).toEqual([10]);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]?.[0]).toContain('is left out, since it cannot be read');
  });

  test('an item that is read but of another shape is never skipped', async () => {
    const module = new URL('./fixtures/lazy-module.mjs', import.meta.url);
    const data = await d.moduleDataset({ module, export: 'toyItems', options: { length: 6, shapeAt: 3, throwAt: 1 } });
    const told: SkippedSample[] = [];
    const batches = load(data, { batchSize: 2, workers, onError: 'skip', onSkip: (sample) => told.push(sample) });
    const error = await rejection(sizes(batches));
    expect([error.name, told.map(({ index }) => index)]).toEqual(['ShapeError', [1]]);
    expect(error.message).toContain('item 3 of toy items (class a): the item has another shape');
  });
});
