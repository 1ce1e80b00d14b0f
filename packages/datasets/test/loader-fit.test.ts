// Training on batches that a loader reads and changes: `fit` of core with loaders of this package.
import {
  accuracy,
  adam,
  type BatchSource,
  createTrainer,
  crossEntropy,
  everySteps,
  type FitPosition,
  type FitResult,
  fit,
  flatten,
  linear,
  relu,
  rescale,
  sequential,
  type Trainer,
  type TrainerState,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LazyDataset } from '../src/public/index.ts';
import { mixup, randomErasing, randomHorizontalFlip, toFloat } from '../src/transforms/factories.ts';
import { type Built, builtPackage } from './built.ts';
import { toy } from './helpers.ts';
import { jpegFolder } from './jpegs.ts';

let built: Built;
let d: Built['datasets'];
beforeAll(async () => {
  built = await builtPackage();
  d = built.datasets;
});
afterAll(() => built.remove());

function trainer(inputs: number, classes: number): Promise<Trainer> {
  return createTrainer({
    model: sequential(rescale(1 / 4), flatten(), linear(inputs, 8), relu(), linear(8, classes)),
    loss: crossEntropy(),
    metrics: [accuracy()],
    optimizer: adam({ lr: 0.01 }),
    backend: referenceBackend(),
    seed: 1,
  });
}

async function photos(count: number): Promise<LazyDataset> {
  return d.imageFiles(await d.listImageFolder(await jpegFolder(count)), { width: 4, height: 4, channels: 3 });
}

/** Loaders of the same batches by other means. */
function sources(data: LazyDataset): Readonly<Record<string, BatchSource>> {
  const transform = [randomHorizontalFlip(), toFloat(), randomErasing({ p: 0.5 })];
  const options = {
    batchSize: 3,
    shuffle: true,
    seed: 4,
    transform,
    batchTransform: mixup({ alpha: 0.4, classes: 2 }),
  };
  const made = {
    'one by one': d.loader(data, { ...options, prefetch: 0 }),
    'read ahead': d.loader(data, { ...options, prefetch: 3 }),
    workers: d.loader(data, { ...options, workers: 2 }),
  };
  for (const loader of Object.values(made)) onTestFinished(() => loader.close());
  return made;
}

const untimed = ({ history }: FitResult): unknown => history.map(({ seconds: _, ...rest }) => rest);

describe('fit', () => {
  test('resumed in the middle of an epoch equals never having stopped, whoever makes the batches', async () => {
    const data = await photos(16);
    const all = sources(data);
    const test = d.loader(data, { batchSize: 5 });
    // 6 batches an epoch: step 10 is batch 3 of the second.
    const stopping = (take: (state: TrainerState, position: FitPosition) => void) =>
      everySteps(5, async ({ trainer, position, stop }) => {
        if (trainer.stepCount !== 10) return;
        take(structuredClone(await trainer.state()), structuredClone(position));
        stop('enough');
      });
    const options = { test, epochs: 3, log: null };
    const unbroken = await trainer(48, 2);
    const whole = await fit(unbroken, { ...options, train: all['one by one'] as BatchSource });
    expect(whole.history).toHaveLength(3);

    for (const [name, source] of Object.entries(all)) {
      let saved: { state: TrainerState; position: FitPosition } | undefined;
      const callbacks = [
        stopping((state, position) => {
          saved = { state, position };
        }),
      ];
      await fit(await trainer(48, 2), { ...options, train: source, callbacks });
      const { state, position } = saved as unknown as { state: TrainerState; position: FitPosition };
      expect(position, name).toMatchObject({ epoch: 2, step: 4 });
      const second = await trainer(48, 2);
      await second.load(state);
      const asked: (number | undefined)[] = [];
      const watched: BatchSource = {
        ...source,
        epoch(epoch, from) {
          asked.push(from?.from);
          return source.epoch(epoch, from);
        },
      };
      const rest = await fit(second, { ...options, train: watched, resume: position });
      expect(asked, name).toEqual([4, 0]);
      expect(untimed(rest), name).toEqual(untimed(whole));
      expect(await second.state(), name).toEqual(await unbroken.state());
    }
  });

  test('does not read the batches before', async () => {
    const counters = new Int32Array(new SharedArrayBuffer(8));
    const module = new URL('./fixtures/lazy-module.mjs', import.meta.url);
    const data = await d.moduleDataset({ module, export: 'toyItems', options: { length: 20, counters } });
    const train = d.loader(data, { batchSize: 4, shuffle: true });
    const resume = { epoch: 1, step: 3, totals: { sums: {}, samples: 0 }, history: [] };
    const t = await trainer(2, 3);
    await fit(t, { train, epochs: 1, resume, log: null });
    expect([counters[0], t.stepCount]).toEqual([8, 2]);
  });

  test('a source that cannot begin in the middle is gone through from the start', async () => {
    const batches = [...d.loader(toy(10), { batchSize: 2 })];
    const train: BatchSource = { length: 5, batchSize: 2, epoch: () => batches };
    const t = await trainer(6, 3);
    const resume = { epoch: 1, step: 3, totals: { sums: {}, samples: 0 }, history: [] };
    const seen: number[] = [];
    const watched: Trainer = {
      ...t,
      step(x, y) {
        seen.push(x.data[0] as number);
        return t.step(x, y);
      },
      get stepCount() {
        return t.stepCount;
      },
    };
    await fit(watched, { train, epochs: 1, resume, log: null });
    expect(seen).toEqual([6, 8]);
  });

  test('evaluates on lazy data, and gives the numbers of the same data in memory', async () => {
    const root = (await photos(12)).name;
    const memory = await d.imageFolder(root, { width: 4, height: 4, channels: 3 });
    const lazy = await photos(12);
    const results = [];
    for (const data of [memory, lazy]) {
      const test = d.loader(data, { batchSize: 5, prefetch: 1, transform: toFloat() });
      const t = await trainer(48, 2);
      results.push(untimed(await fit(t, { train: test, validation: test, test, epochs: 2, log: null })));
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('moves data that no transform changes to the device, workers or not', async () => {
    const data = toy(12);
    const t = await trainer(6, 3);
    let residents = 0;
    const watched: Trainer = {
      ...t,
      get stepCount() {
        return t.stepCount;
      },
      resident(batch) {
        expect(batch).toBe(data);
        residents += 1;
        return t.resident(batch);
      },
    };
    await fit(watched, { train: d.loader(data, { batchSize: 4, workers: 2 }), epochs: 1, log: null });
    await fit(watched, { train: d.loader(data, { batchSize: 4, transform: toFloat() }), epochs: 1, log: null });
    const off = d.loader(data, { batchSize: 4, resident: false });
    await fit(watched, { train: off, validation: off, test: off, epochs: 1, log: null });
    expect(residents).toBe(1);
    expect(() => d.loader(data, { batchSize: 4, resident: 'no' as never })).toThrow(/resident is a switch/);
    expect(() => d.loader(data, { batchSize: 4, residnet: false } as never)).toThrow(/did you mean 'resident'/);
  });

  test('looks at all targets before it trains, also of data that transforms change', async () => {
    const good = d.loader(toy(6), { batchSize: 2, transform: toFloat() });
    const bad = d.loader(toy(6, [0, 1, 2, 0, 1, 3]), { batchSize: 2, transform: toFloat() });
    for (const sets of [{ train: bad }, { train: good, validation: bad }, { train: good, test: bad }]) {
      const t = await trainer(6, 3);
      const role = Object.keys(sets).at(-1);
      await expect(fit(t, { ...sets, epochs: 1, log: null })).rejects.toThrow(
        new RegExp(`${role} › crossEntropy: .*\\n.*label 3 in row 5`),
      );
      expect(t.stepCount).toBe(0);
    }
    // Rows of probabilities are made of the labels only later.
    const mixed = d.loader(toy(6), { batchSize: 2, transform: toFloat(), batchTransform: mixup({ classes: 3 }) });
    expect(good.targets).toEqual({ y: toy(6).y, sample: good.sample });
    expect(mixed.targets).toBeUndefined();
    await fit(await trainer(6, 3), { train: mixed, epochs: 1, log: null });
  });
});
