import { expect, onTestFinished, test, vi } from 'vitest';
import { type Pool, poolKeeper } from '../src/loader/workers/pool.ts';

/** A keeper of pools that only note whether they were closed. */
function keeper() {
  const opened: (Pool & { closed: boolean })[] = [];
  const made = poolKeeper(() => {
    const pool = {
      closed: false,
      make: () => Promise.reject(new Error('not here')),
      hold: <T>(work: Promise<T>) => work,
      async close() {
        pool.closed = true;
      },
    };
    opened.push(pool);
    return pool;
  });
  return { ...made, opened };
}

test('the workers of an epoch serve the next one, and end after ten seconds without', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { take, keep, opened } = keeper();
  const first = take();
  keep(first);
  vi.advanceTimersByTime(9_000);
  expect(take()).toBe(first);
  vi.advanceTimersByTime(60_000);
  expect(opened.map(({ closed }) => closed)).toEqual([false]);
  keep(first);
  vi.advanceTimersByTime(10_000);
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
  expect(take()).not.toBe(first);
});

test('two epochs at once have workers of their own, of which one set is kept', async () => {
  const { take, keep, endAll, opened } = keeper();
  const [first, second] = [take(), take()];
  expect(first).not.toBe(second);
  keep(first);
  keep(second);
  expect(opened.map(({ closed }) => closed)).toEqual([false, true]);
  await endAll();
  expect(opened.map(({ closed }) => closed)).toEqual([true, true]);
  // One that was ended meanwhile is not kept.
  keep(first);
  expect(take()).not.toBe(first);
  await endAll();
});
