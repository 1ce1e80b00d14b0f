import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ArrayDataset, AsyncLoader, Batch, LazyDataset, LoaderOptions, TargetType } from '../src/public/index.ts';
import { randomErasing, randomHorizontalFlip, toFloat } from '../src/transforms/factories.ts';
import { type Built, builtPackage } from './built.ts';
import { rejection, toy } from './helpers.ts';
import { jpegFolder } from './jpegs.ts';

const MODULE = new URL('./fixtures/lazy-module.mjs', import.meta.url);

let built: Built;
let d: Built['datasets'];
beforeAll(async () => {
  built = await builtPackage();
  d = built.datasets;
});
afterAll(() => built.remove());

function toyItems(options: Record<string, unknown>): Promise<LazyDataset> {
  return d.moduleDataset({ module: MODULE, export: 'toyItems', options });
}

/** A loader whose threads end after the test. */
function load(
  data: LazyDataset | ArrayDataset,
  options: LoaderOptions & { readonly batchTransform?: never },
): AsyncLoader {
  const made = d.loader(data, options);
  onTestFinished(() => made.close());
  return made;
}

/** All that batches say, as plain data. */
async function collect(batches: AsyncIterable<Batch<TargetType>>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { x, y, index, epoch } of batches) {
    all.push({ x: [x.dtype, x.shape, ...x.data], y: [y.dtype, y.shape, ...y.data], index, epoch });
  }
  return all;
}

/** Counters that the toy items of all threads share: items begun, and a heartbeat of the workers. */
function counters(): { readonly shared: Int32Array; begun(): number; heartbeat(): number } {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  return { shared, begun: () => Atomics.load(shared, 0), heartbeat: () => Atomics.load(shared, 1) };
}

/** Whether the workers' timers go on: they beat every millisecond. */
async function isBeating({ heartbeat }: { heartbeat(): number }): Promise<boolean> {
  const before = heartbeat();
  await sleep(150);
  return heartbeat() !== before;
}

describe('workers', () => {
  const counts = [
    [1, 1],
    [2, 2],
    [3, 1],
  ] as const;

  test.each(counts)('%d with prefetch %d give the batches of none, whatever the timing', async (workers, prefetch) => {
    const data = await toyItems({ length: 23, delays: [9, 0, 4, 0, 0, 6] });
    const options = { batchSize: 4, shuffle: true, seed: 3 };
    const order = Array.from(d.randomSampler(23, { seed: 3 }).indices(2));
    const batches = await collect(load(data, { ...options, workers, prefetch }).epoch(2));
    expect(batches).toEqual(
      Array.from({ length: 6 }, (_, index) => {
        const items = order.slice(4 * index, 4 * index + 4);
        return {
          x: ['float32', [items.length, 2], ...items.flatMap((i) => [i, 100 * i])],
          y: ['int32', [items.length], ...items.map((i) => i % 3)],
          index,
          epoch: 2,
        };
      }),
    );
    for (const ahead of [0, 3]) {
      expect(await collect(load(data, { ...options, prefetch: ahead }).epoch(2))).toEqual(batches);
    }
  });

  test.each(counts)('%d with prefetch %d open and change images as none do', async (workers, prefetch) => {
    const folder = await d.listImageFolder(await jpegFolder(9));
    const photos = d.imageFiles(folder, { width: 8, height: 8, channels: 3 });
    const transform = [randomHorizontalFlip(), toFloat(), randomErasing({ p: 0.9, value: 0.5 })];
    const options = { batchSize: 4, shuffle: true, seed: 1, transform };
    const none = load(photos, options);
    const some = load(photos, { ...options, workers, prefetch });
    for (const epoch of [0, 1]) {
      expect(await collect(some.epoch(epoch))).toEqual(await collect(none.epoch(epoch)));
    }
    expect(await collect(none.epoch(0))).not.toEqual(await collect(none.epoch(1)));
  });

  test('cut padding as this thread does', async () => {
    const lengths = Array.from({ length: 60 }, (_, i) => 1 + ((7 * i) % 23));
    const data = d.sequenceDataset(
      lengths.map((length, i) => Array.from({ length }, (_, t) => (i + t) % 9)),
      lengths.map((length) => length % 2),
    );
    const sampler = d.lengthSampler(lengths, { batchSize: 4, seed: 1 });
    const options = { batchSize: 4, sampler, batchTransform: d.trimPadding({ bounds: [8, 16] }) };
    const [none, some] = [d.loader(data, options), d.loader(data, { ...options, workers: 2 })];
    onTestFinished(() => some.close());
    const all = async (batches: AsyncIterable<unknown>): Promise<unknown[]> => {
      const list: unknown[] = [];
      for await (const batch of batches) list.push(batch);
      return list;
    };
    expect(await all(some.epoch(1))).toEqual(await all(none.epoch(1)));
  });

  test.each(counts)('%d with prefetch %d share data in memory, and change it as none do', async (workers, prefetch) => {
    const data = toy(30);
    const image = { ...data, x: { ...data.x, shape: [30, 1, 2, 3], data: data.x.data.map((_, i) => i) } };
    const options = { batchSize: 7, shuffle: true, transform: [randomHorizontalFlip(), toFloat()] };
    const none = load(image, options);
    const some = load(image, { ...options, workers, prefetch });
    expect(await collect(some)).toEqual(await collect(none));
    expect(await collect(some)).toEqual(await collect(none.epoch(1)));
    // As it is, the data set stays where fit can keep it on the device.
    const plain = d.loader(image, { batchSize: 7, workers });
    onTestFinished(() => plain.close());
    expect(plain.dataset).toBe(image);
    expect(await collect(plain.epoch(0))).toEqual(await collect(d.loader(image, { batchSize: 7 }).epoch(0)));
    expect(Object.keys(some)).not.toContain('dataset');
  });

  test('do the work', async () => {
    const main = await collect(load(await toyItems({ length: 1, tellThread: true }), { batchSize: 1 }));
    const other = await collect(load(await toyItems({ length: 1, tellThread: true }), { batchSize: 1, workers: 1 }));
    expect([main, other]).toMatchObject([[{ x: ['float32', [1, 2], 1, 0] }], [{ x: ['float32', [1, 2], 0, 0] }]]);
  });

  test.each([
    [0, 0, 0],
    [0, 3, 3],
    [1, 2, 2],
    [2, 3, 6],
  ])('%d with prefetch %d have never more than %d batches under way', async (workers, prefetch, most) => {
    const { shared, begun } = counters();
    const data = await toyItems({ length: 60, counters: shared });
    let taken = 0;
    for await (const { x } of load(data, { batchSize: 4, workers, prefetch })) {
      taken += x.shape[0] as number;
      const allowed = Math.min(60, taken + 4 * most);
      // All that is allowed is begun, and after some time no more.
      while (begun() < allowed) await sleep(1);
      await sleep(5);
      expect(begun()).toBe(allowed);
    }
    expect(taken).toBe(60);
  });

  test('make only the batches from the given one on', async () => {
    for (const workers of [0, 2]) {
      const { shared, begun } = counters();
      const batches = load(await toyItems({ length: 20, counters: shared }), { batchSize: 3, shuffle: true, workers });
      const rest = await collect(batches.epoch(4, { from: 5 }));
      expect(begun()).toBe(5);
      expect(rest).toEqual((await collect(batches.epoch(4))).slice(5));
      expect(await collect(batches.epoch(4, { from: 7 }))).toEqual([]);
    }
  });

  test('serve two iterations at once', async () => {
    const batches = load(await toyItems({ length: 40, delays: [2, 0, 1] }), { batchSize: 4, workers: 2 });
    const whole = collect(batches.epoch(0));
    const [first, second] = await Promise.all([collect(batches.epoch(0)), collect(batches.epoch(0))]);
    expect(first).toEqual(await whole);
    expect(second).toEqual(first);
  });
});

describe('workers end', () => {
  const start = async (options: Partial<LoaderOptions> = {}, extra: Record<string, unknown> = {}) => {
    const counter = counters();
    const data = await toyItems({ length: 400, counters: counter.shared, ...extra });
    return {
      counter,
      batches: load(data, { batchSize: 4, workers: 2, ...options, batchTransform: undefined as never }),
    };
  };

  test('when the loop is left', async () => {
    const { counter, batches } = await start();
    for await (const { index } of batches) {
      if (index !== 3) continue;
      while (counter.heartbeat() === 0) await sleep(1);
      break;
    }
    expect(await isBeating(counter)).toBe(false);
    // And others are started for the next loop.
    for await (const { index, epoch } of batches) {
      expect([index, epoch]).toEqual([0, 1]);
      break;
    }
  });

  test('when the loop throws, and when close() is called', async () => {
    const { counter, batches } = await start();
    await rejection(
      (async () => {
        for await (const _ of batches) throw new Error('no');
      })(),
    );
    expect(await isBeating(counter)).toBe(false);
    const iterator = batches[Symbol.asyncIterator]();
    await iterator.next();
    while (!(await isBeating(counter)));
    await batches.close();
    expect(await isBeating(counter)).toBe(false);
    await batches.close();
  });

  test('not between epochs, but then too with close()', async () => {
    const { counter, batches } = await start();
    await collect(batches);
    while (!(await isBeating(counter)));
    await batches.close();
    expect(await isBeating(counter)).toBe(false);
  });

  test.each([0, 2])('when the signal aborts, even though an item never comes (workers: %d)', async (workers) => {
    const controller = new AbortController();
    const { counter, batches } = await start({ workers, signal: controller.signal }, { hangAt: 6 });
    let seen = 0;
    const error = rejection(
      (async () => {
        for await (const _ of batches) seen += 1;
      })(),
    );
    // The first batch has come, and the second waits for its item.
    while (counter.begun() < 8 || seen === 0) await sleep(1);
    await sleep(20);
    const reason = new Error('the user had enough');
    controller.abort(reason);
    expect(await error).toBe(reason);
    expect(seen).toBe(1);
    if (workers > 0) expect(await isBeating(counter)).toBe(false);
    expect(await rejection(collect(batches))).toBe(reason);
  });
});

describe('errors', () => {
  const failing = async (extra: Record<string, unknown>, workers: number): Promise<Error & { details?: object }> => {
    const data = await toyItems({ length: 20, delays: [3, 0, 1], ...extra });
    const batches = load(data, { batchSize: 4, workers });
    const seen: number[] = [];
    const error = await rejection(
      (async () => {
        for await (const { index } of batches) seen.push(index);
      })(),
    );
    // Item 10 is in batch 2: what comes before it is delivered first.
    expect(seen).toEqual([0, 1]);
    return error;
  };

  test.each([0, 1, 2])('name the item (workers: %d)', async (workers) => {
    const error = await failing({ throwAt: 10 }, workers);
    expect(error.message).toBe(
      'item 10 of toy items (class b): the item could not be made\n  received: item 10 is bad',
    );
    expect((error.cause as Error).stack).toContain('lazy-module.mjs');
  });

  test.each([0, 2])('name an item of another shape (workers: %d)', async (workers) => {
    const error = await failing({ shapeAt: 10 }, workers);
    expect(error.name).toBe('ShapeError');
    expect(error.message).toContain('item 10 of toy items (class b): the item has another shape\n  received: [1, 2]');
  });

  test.each([
    ['that ends itself', { exitAt: 10 }, 'exit code 7'],
    ['with an error that nobody catches', { throwLaterAt: 10 }, 'nobody catches this'],
    [
      'with an item that never comes',
      { hangAt: 10 },
      'exit code 0, which means that an item waits for what never comes',
    ],
  ])('of a worker %s name the items of its batch', async (_, extra, why) => {
    for (const workers of [1, 2]) {
      // One batch a worker at a time, so that the others are through.
      const data = await toyItems({ length: 20, ...extra });
      const batches = load(data, { batchSize: 4, workers, prefetch: 1 });
      const message = [
        'batch 2 of epoch 0: the worker thread that made this batch ended',
        `  received: ${why}`,
        '            batch 2 of epoch 0: item 8 of toy items (class c); item 9 of toy items (class a); ' +
          'item 10 of toy items (class b); item 11 of toy items (class c)',
        '',
      ].join('\n');
      expect((await rejection(collect(batches))).message).toContain(message);
      // The next iteration has new workers, and meets the same.
      expect((await rejection(collect(batches.epoch(0, { from: 2 })))).message).toContain(message);
      expect(await collect(batches.epoch(0, { from: 3 }))).toHaveLength(2);
    }
  });

  test('of a worker with several batches under way name the items of all', async () => {
    const data = await toyItems({ length: 40, exitAt: 2 });
    const error = await rejection(collect(load(data, { batchSize: 10, workers: 1, prefetch: 2 })));
    expect(error.message).toMatch(
      /batch 0 of epoch 0: item 0 .*; item 7 of toy items \(class b\); 2 more\n +batch 1 of epoch 0: item 10 /,
    );
  });

  test('of a worker that cannot make the dataset come with the first batch', async () => {
    const data = await toyItems({ length: 20, failInWorkers: true });
    const error = await rejection(collect(load(data, { batchSize: 4, workers: 2 })));
    expect(error.message).toContain('only the main thread can open this');
  });

  test('of a corrupt file keep their type and file', async () => {
    const folder = await d.listImageFolder(await jpegFolder(2));
    const photos = d.imageFiles({ ...folder, samples: [{ path: `${folder.root}/missing.jpg`, label: 1 }] });
    for (const workers of [0, 1]) {
      const error = await rejection(collect(load(photos, { batchSize: 1, workers })));
      expect([error.name, (error as Error & { file?: string }).file]).toEqual([
        'DataFileError',
        `${folder.root}/missing.jpg`,
      ]);
      expect(error.message).toContain(`item 0 of ${folder.root} (${folder.root}/missing.jpg, class b)`);
    }
  });

  test('workers need a recipe', () => {
    const data: LazyDataset = {
      name: 'mine',
      length: 1,
      classes: [],
      sample: { dtype: 'uint8', shape: [1] },
      target: 'int32',
      get: async () => ({ x: { dtype: 'uint8', shape: [1], data: Uint8Array.of(5) }, y: 0 }),
    };
    expect(() => d.loader(data, { batchSize: 1, workers: 1 })).toThrow(
      'workers cannot make mine, since it has no recipe',
    );
    expect(d.loader(data, { batchSize: 1 }).length).toBe(1);
  });
});

describe('the process', () => {
  /** Runs a module that has `d`, the package, and `itemsOf`; what it prints, and its exit code. One that hangs ends with the test. */
  const run = (program: string): Promise<{ readonly printed: string; readonly code: number | null }> => {
    const source = `
      const d = await import(${JSON.stringify(pathToFileURL(built.file).href)});
      const module = new URL(${JSON.stringify(MODULE.href)});
      const itemsOf = (options) => d.moduleDataset({ module, export: 'toyItems', options });
      ${program}
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ printed, code }));
    });
  };

  test('waits for a batch, and ends while workers are busy', async () => {
    const busy = `
      const iterator = d.loader(await itemsOf({ length: 1000, delays: [5] }), { batchSize: 10, workers: 2 })[Symbol.asyncIterator]();
      console.log((await iterator.next()).value.index);
    `;
    expect(await run(busy)).toEqual({ printed: '0\n', code: 0 });
  });

  test('ends while workers are idle', async () => {
    const idle = `
      let count = 0;
      for await (const _ of d.loader(await itemsOf({ length: 100 }), { batchSize: 10, workers: 2 })) count++;
      console.log(count);
    `;
    expect(await run(idle)).toEqual({ printed: '10\n', code: 0 });
  });

  test('does not hang on an item that never comes, but says so', async () => {
    const hanging = `
      for await (const _ of d.loader(await itemsOf({ length: 10, hangAt: 1 }), { batchSize: 10 })) console.log('no');
    `;
    // Node's exit code for an await that nothing can end.
    expect(await run(hanging)).toEqual({ printed: '', code: 13 });
  });
});
