import type { Batch } from '@descent/core';
import type { Images } from '../lib/data.ts';
import type { LayerSpec } from '../lib/nets.ts';

/** What every engine does: steps of gradient descent over consecutive batches, from given weights. */
export interface Task {
  readonly layers: readonly LayerSpec[];
  readonly batchSize: number;
  readonly lr: number;
  readonly threads: number;
  readonly data: Images;
  /** In the order and the shapes of PyTorch's `parameters()`. */
  readonly weights: readonly Float32Array[];
}

export interface Engine {
  /** Steps that one call of `run` makes. */
  readonly stepsPerRun: number;
  /** Trains on the next batches; gives the loss of each. */
  run(): Promise<readonly number[]>;
}

export type EngineFactory = (task: Task) => Promise<Engine>;

/** Counts through the batches: 0, 1, …, and again from 0; the images of batch i are `[i * size, (i + 1) * size)`. */
export function batchCounter({ data, batchSize }: Pick<Task, 'data' | 'batchSize'>): () => number {
  const batches = Math.floor(data.count / batchSize);
  let next = 0;
  return () => next++ % batches;
}

export function batchOf(task: Pick<Task, 'data' | 'batchSize'>, index: number): Batch {
  return batchFrom(task, index * task.batchSize, task.batchSize);
}

export function batchFrom({ data }: Pick<Task, 'data'>, start: number, count: number): Batch {
  return {
    x: {
      dtype: 'uint8',
      shape: [count, 1, 28, 28],
      data: data.images.subarray(start * 784, (start + count) * 784),
    },
    y: { dtype: 'int32', shape: [count], data: data.labels.subarray(start, start + count) },
  };
}
