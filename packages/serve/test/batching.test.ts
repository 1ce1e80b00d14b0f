import type { NDArray } from '@descent/core';
import { expect, test } from 'vitest';
import { type Batcher, type BatchRequest, createBatcher } from '../src/batching/batcher.ts';
import type { Feeds } from '../src/models/served-model.ts';
import { doubled, gate } from './servers.ts';

const array = (...rows: readonly (readonly number[])[]): NDArray => ({
  dtype: 'float32',
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float32Array.from(rows.flat()),
});
const rows = (...all: readonly (readonly number[])[]): BatchRequest => ({
  feeds: { x: array(...all) },
  rows: all.length,
  key: `${all[0]?.length}`,
});
const OPTIONS = { maxBatch: 8, maxDelay: 0, queue: 100, timeout: 60_000 };
const double = async ({ x }: Feeds): Promise<Feeds> => ({ y: doubled(x as NDArray) });

/** A network that notes its batches, and waits for `opened` first. */
function noted(opened: Promise<void> = Promise.resolve()) {
  const sizes: number[] = [];
  const run = async (feeds: Feeds): Promise<Feeds> => {
    sizes.push((feeds['x'] as NDArray).shape[0] as number);
    await opened;
    return double(feeds);
  };
  return { sizes, run };
}

/** Takes `ahead` runs, so that what comes next must wait. */
function occupied(batcher: Batcher, ahead = 1): Promise<unknown> {
  return Promise.all(Array.from({ length: ahead }, () => batcher.submit({ ...rows([0, 0]), rows: null })));
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('what comes at the same time is joined, up to the most rows, in order, and each has its own', async () => {
  const { sizes, run } = noted();
  const batcher = createBatcher(run, OPTIONS);
  const asked = [rows([1, 2]), rows([3, 4], [5, 6], [7, 8]), rows([1, 1], [2, 2], [3, 3], [4, 4]), rows([9, 9])];
  const answers = await Promise.all(asked.map((one) => batcher.submit(one)));
  expect(sizes).toEqual([8, 1]);
  expect(answers.map(({ y }) => y)).toEqual(asked.map(({ feeds }) => doubled(feeds['x'] as NDArray)));
});

test('what has another shape, or must run alone, is not joined', async () => {
  const { sizes, run } = noted();
  const batcher = createBatcher(run, OPTIONS);
  const asked = [rows([1, 2]), rows([1, 2, 3]), rows([3, 4]), rows([4, 5, 6]), { ...rows([5, 6]), rows: null }];
  const answers = await Promise.all(asked.map((one) => batcher.submit(one)));
  expect(sizes).toEqual([2, 2, 1]);
  expect(answers.map(({ y }) => y)).toEqual(asked.map(({ feeds }) => doubled(feeds['x'] as NDArray)));
});

test('requests at random times, of random shapes and sizes, have the answers that they have alone', async () => {
  let state = 7;
  const random = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const { sizes, run } = noted();
  const slow = async (feeds: Feeds): Promise<Feeds> => {
    await new Promise((resolve) => setTimeout(resolve, random(3)));
    return run(feeds);
  };
  for (const options of [{}, { maxDelay: 2 }, { maxBatch: 3, ahead: 1 }]) {
    const batcher = createBatcher(slow, { ...OPTIONS, queue: 1000, ...options });
    await Promise.all(
      Array.from({ length: 120 }, async (_, i) => {
        await new Promise((resolve) => setTimeout(resolve, random(12)));
        const width = 1 + random(3);
        const given = Array.from({ length: 1 + random(4) }, (_, r) => Array.from({ length: width }, () => i + r / 8));
        const { y } = await batcher.submit(rows(...given));
        expect(y).toEqual(doubled(array(...given)));
      }),
    );
    expect(batcher.waiting()).toBe(0);
  }
  expect(Math.max(...sizes)).toBeGreaterThan(2);
});

test('a request waits for others no longer than it may, and not at all where its batch is full', async () => {
  const { sizes, run } = noted();
  const patient = createBatcher(run, { ...OPTIONS, maxBatch: 2, maxDelay: 60_000 });
  const first = patient.submit(rows([1, 1]));
  await soon();
  await Promise.all([first, patient.submit(rows([2, 2]))]);
  expect(sizes).toEqual([2]);
  const start = performance.now();
  await createBatcher(run, { ...OPTIONS, maxDelay: 40 }).submit(rows([3, 3]));
  expect(performance.now() - start).toBeGreaterThan(35);
});

test('a request that a network cannot take fails alone', async () => {
  const batcher = createBatcher(async (feeds) => {
    if ((feeds['x'] as NDArray).data.includes(13)) throw new Error('thirteen');
    return double(feeds);
  }, OPTIONS);
  const answers = await Promise.allSettled(
    [rows([1, 2]), rows([13, 2]), rows([3, 4])].map((one) => batcher.submit(one)),
  );
  expect(answers).toMatchObject([
    { status: 'fulfilled', value: { y: { data: Float32Array.of(2, 4) } } },
    { status: 'rejected', reason: { message: 'thirteen' } },
    { status: 'fulfilled', value: { y: { data: Float32Array.of(6, 8) } } },
  ]);
});

test('outputs without a row for each sample are never shared out', async () => {
  const sizes: number[] = [];
  const batcher = createBatcher(async ({ x }) => {
    const { data, shape } = x as NDArray;
    sizes.push(shape[0] as number);
    return {
      y: { dtype: 'float32', shape: [1], data: Float32Array.of((data as Float32Array).reduce((a, b) => a + b)) },
    };
  }, OPTIONS);
  const ask = () => Promise.all([rows([1, 2]), rows([3, 4])].map((one) => batcher.submit(one)));
  const sums = [{ y: { data: Float32Array.of(3) } }, { y: { data: Float32Array.of(7) } }];
  expect(await ask()).toMatchObject(sums);
  expect(await ask()).toMatchObject(sums);
  // Once is enough to know.
  expect(sizes).toEqual([2, 1, 1, 1, 1]);
});

test('a full queue refuses with a time to come back, and takes again what then fits', async () => {
  const { opened, open } = gate();
  const batcher = createBatcher(noted(opened).run, { ...OPTIONS, queue: 2, ahead: 1 });
  const busy = occupied(batcher);
  await soon();
  const waiting = [batcher.submit(rows([1, 1])), batcher.submit(rows([2, 2]))];
  await expect(batcher.submit(rows([3, 3]))).rejects.toMatchObject({
    name: 'UnavailableError',
    status: 503,
    retryAfter: 1,
  });
  open();
  await Promise.all([busy, ...waiting]);
  expect(await batcher.submit(rows([3, 3]))).toMatchObject({ y: { data: Float32Array.of(6, 6) } });
});

test('what nobody waits for is not computed, and makes room in a full queue', async () => {
  const { opened, open } = gate();
  const { sizes, run } = noted(opened);
  const batcher = createBatcher(run, { ...OPTIONS, queue: 1, ahead: 1 });
  const busy = occupied(batcher);
  await soon();
  let isGone = false;
  const gone = batcher.submit({ ...rows([1, 1], [1, 1], [1, 1]), isGone: () => isGone });
  gone.catch(() => {});
  isGone = true;
  const next = batcher.submit(rows([2, 2]));
  await expect(gone).rejects.toMatchObject({ name: 'GoneError' });
  open();
  await Promise.all([busy, next]);
  expect(sizes).toEqual([1, 1]);
});

test('a request that waits for too long is told so, and not computed', async () => {
  const { opened, open } = gate();
  const { sizes, run } = noted(opened);
  const batcher = createBatcher(run, { ...OPTIONS, timeout: 20, ahead: 1 });
  const busy = occupied(batcher);
  busy.catch(() => {});
  const late = batcher.submit(rows([1, 1]));
  await expect(late).rejects.toMatchObject({ name: 'UnavailableError', status: 504 });
  open();
  await batcher.drained();
  expect(sizes).toEqual([1]);
  expect(batcher.waiting()).toBe(0);
});
