import { beforeWorkers, workerKeeper } from '#platform/workers.js';
import type { BatchOf, Skipped } from './batch.ts';
import { inOrder } from './in-order.ts';
import { limiter, READS_AT_ONCE } from './limiter.ts';
import { type BatchTask, type MadeBatch, makeBatch } from './make-batch.ts';
import type { Settings } from './options.ts';
import type { Order } from './order.ts';
import { type AnyDataset, samplesOf } from './samples.ts';
import { skipLog } from './skip-log.ts';
import type { PoolKeeper } from './workers/pool.ts';
import { worthOfWorkers } from './workers/worth.ts';

/** The batches of a dataset, made one by one, ahead, or by workers. */
export interface BatchStream {
  batches(epoch: number, from: number): AsyncGenerator<BatchOf, void>;
  skipped(): Skipped;
  close(): Promise<void>;
}

/** Throws a `ValueError` when workers are asked for that cannot make the dataset. */
export function batchStream(dataset: AnyDataset, settings: Settings, order: Order): BatchStream {
  const { workers, prefetch, signal, transforms, following, batchTransforms, seed, onError, onSkip } = settings;
  const rules = { transforms, following, batchTransforms, seed, onError };
  const samples = samplesOf(dataset);
  const skips = skipLog(dataset.name, onSkip);
  const keeper = workers > 0 ? workerKeeper(dataset, rules, workers) : undefined;
  const worth = worthOfWorkers();

  async function* batches(epoch: number, from: number): AsyncGenerator<BatchOf, void> {
    signal?.throwIfAborted();
    const items = order.items(epoch);
    const taskOf = (index: number): BatchTask => ({ epoch, index, items: items.slice(...order.range(index)) });
    const made =
      keeper === undefined
        ? here(taskOf, from)
        : samples.inMemory
          ? byWhoeverIsQuicker(keeper, taskOf, from)
          : byWorkers(keeper, taskOf, from);
    let index = from;
    for await (const { x, y, skipped } of made) {
      for (const { item, reason } of skipped) skips.add(item, () => samples.nameOf(item), reason);
      yield { x, y, index: index++, epoch };
    }
  }

  async function* here(taskOf: (index: number) => BatchTask, from: number): AsyncGenerator<MadeBatch, void> {
    const end = new AbortController();
    // What lies in memory takes this thread's time, so there is nothing to gain from working ahead.
    const ahead = samples.inMemory ? 0 : prefetch;
    const limit = limiter(ahead === 0 ? 1 : READS_AT_ONCE);
    const start = (index: number): Promise<MadeBatch> => makeBatch(samples, rules, limit, taskOf(index), end.signal);
    try {
      yield* inOrder(start, { from, to: order.batches, ahead, signal });
    } finally {
      end.abort(new DOMException('the iteration ended', 'AbortError'));
    }
  }

  async function* byWorkers(
    pools: PoolKeeper,
    taskOf: (index: number) => BatchTask,
    from: number,
  ): AsyncGenerator<MadeBatch, void> {
    await beforeWorkers(dataset);
    const pool = pools.take();
    let isDone = false;
    try {
      const options = { from, to: order.batches, ahead: workers * prefetch, signal };
      const made = inOrder((index) => pool.make(taskOf(index)), options);
      for (;;) {
        // Workers keep the process alive only while someone waits for them.
        const begun = performance.now();
        const next = await pool.hold(made.next());
        worth.waited(performance.now() - begun);
        if (next.done === true) break;
        yield next.value;
      }
      isDone = true;
    } finally {
      if (isDone) pools.keep(pool);
      else await pools.end(pool);
    }
  }

  /** Batches of data in memory, of which the hand-over may cost more than the making. */
  async function* byWhoeverIsQuicker(
    pools: PoolKeeper,
    taskOf: (index: number) => BatchTask,
    from: number,
  ): AsyncGenerator<MadeBatch, void> {
    let index = from;
    while (index < order.batches) {
      const { verdict } = worth;
      for await (const made of verdict === 'workers' ? byWorkers(pools, taskOf, index) : timed(taskOf, index)) {
        index += 1;
        yield made;
        if (worth.verdict !== verdict) break;
      }
    }
  }

  /** Batches made here, each with its time told. */
  async function* timed(taskOf: (index: number) => BatchTask, from: number): AsyncGenerator<MadeBatch, void> {
    const made = here(taskOf, from);
    try {
      for (;;) {
        const begun = performance.now();
        const next = await made.next();
        if (next.done === true) return;
        worth.made(performance.now() - begun);
        yield next.value;
      }
    } finally {
      await made.return();
    }
  }

  return { batches, skipped: skips.state, close: async () => keeper?.endAll() };
}
