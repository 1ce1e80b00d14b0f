import { type Callback, createTrainer, fit, linear, type Metric, mse, ndarray, sequential, sgd } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';

/** Six samples in two batches an epoch. */
export const data = {
  length: 2,
  batchSize: 3,
  dataset: {
    x: ndarray(
      'float32',
      [6, 2],
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    ),
    y: ndarray(
      'float32',
      [6, 1],
      Float32Array.from({ length: 6 }, (_, i) => Math.cos(i)),
    ),
  },
  epoch: () => [],
  indices: () => Uint32Array.from({ length: 6 }, (_, i) => i),
};
/** A network of `width` hidden units, which its optimizer keeps slots for. */
export const make = (width = 3, metrics: readonly Metric[] = []) =>
  createTrainer({
    model: sequential(linear(2, width), linear(width, 1)),
    loss: mse(),
    optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
    metrics,
    backend: referenceBackend(),
  });
/** Trains a new one. */
export const run = async (callbacks: readonly Callback[], epochs = 3) =>
  fit(await make(), { train: data, epochs, callbacks, log: null });
