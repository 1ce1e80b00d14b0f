import { onnx } from '@descent/backend-onnx';
import { type BatchSource, createTrainer, crossEntropy, fit, sgd } from '@descent/core';
import { type ArrayDataset, loader, randomCrop, randomHorizontalFlip, subset } from '@descent/datasets';
import { descentModel, NETS } from '../lib/nets.ts';

/** How long the training loop of a LeNet waits for data. */
export interface WaitingResult {
  readonly name: string;
  readonly threads: number;
  readonly workers: number;
  /** Of the epochs after the first, which compiles and starts threads. */
  readonly epochSeconds: number;
  readonly waitSeconds: number;
  readonly share: number;
  /** Whether the bar is held against it: not where workers and training take each other's cores, or there are none. */
  readonly isJudged: boolean;
}

export interface WaitingOptions {
  readonly dataset: ArrayDataset;
  readonly images: number;
  readonly epochs: number;
  readonly threads: number;
}

/** Trains on data that lie on the device, and on batches that are changed here, or by workers. */
export async function benchWaiting({
  dataset,
  images,
  epochs,
  threads,
}: WaitingOptions): Promise<readonly WaitingResult[]> {
  const data = subset(
    dataset,
    Uint32Array.from({ length: Math.min(images, dataset.length) }, (_, i) => i),
  );
  const { batchSize } = NETS.lenet;
  const options = { batchSize, shuffle: true, dropLast: true };
  const transform = [randomCrop(28, { padding: 2 }), randomHorizontalFlip()];
  const own = Math.max(1, threads - 1);
  const changed = { ...options, transform };
  const all = [
    { name: 'resident', threads, workers: 0, isJudged: true, source: loader(data, options) },
    { name: 'transforms', threads: own, workers: 0, isJudged: false, source: loader(data, changed) },
    { name: 'transforms', threads: own, workers: 1, isJudged: true, source: loader(data, { ...changed, workers: 1 }) },
    { name: 'transforms', threads, workers: 2, isJudged: false, source: loader(data, { ...changed, workers: 2 }) },
  ];
  const results: WaitingResult[] = [];
  for (const { source, ...setting } of all) {
    const { total, waited } = await trained(source, epochs, setting.threads);
    await source.close();
    results.push({ ...setting, epochSeconds: total, waitSeconds: waited, share: waited / total });
  }
  return results;
}

async function trained(
  source: BatchSource,
  epochs: number,
  threads: number,
): Promise<{ total: number; waited: number }> {
  const { layers, lr } = NETS.lenet;
  const backend = onnx({ threads });
  const trainer = await createTrainer({
    model: descentModel(layers),
    loss: crossEntropy(),
    optimizer: sgd({ lr }),
    backend,
  });
  const clock = { ms: 0, afterFirst: 0 };
  const { history } = await fit(trainer, {
    train: timed(source, clock),
    epochs: epochs + 1,
    log: null,
    onEvent(event) {
      if (event.type === 'epoch' && event.epoch === 1) clock.afterFirst = clock.ms;
    },
  });
  trainer.dispose();
  await backend.dispose();
  const total = history.slice(1).reduce((sum, { seconds }) => sum + seconds, 0);
  return { total: total / epochs, waited: (clock.ms - clock.afterFirst) / 1000 / epochs };
}

/** The same source; what `fit` spends in it is added to `clock.ms`. */
function timed(source: BatchSource, clock: { ms: number }): BatchSource {
  const { length, batchSize } = source;
  const spent = <T>(work: () => T): T => {
    const start = performance.now();
    const result = work();
    clock.ms += performance.now() - start;
    return result;
  };
  const fed = {
    length,
    batchSize,
    epoch(epoch: number, options?: { readonly from?: number }) {
      const batches = source.epoch(epoch, options);
      return {
        from: batches.from ?? 0,
        async *[Symbol.asyncIterator]() {
          const iterator =
            Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
          try {
            for (;;) {
              const start = performance.now();
              const next = await iterator.next();
              clock.ms += performance.now() - start;
              if (next.done === true) return;
              yield next.value;
            }
          } finally {
            await iterator.return?.();
          }
        },
      };
    },
  };
  if (source.dataset === undefined) return fed;
  return { ...fed, dataset: source.dataset, indices: (epoch: number) => spent(() => source.indices(epoch)) };
}
