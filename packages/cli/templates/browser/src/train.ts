import { onnx } from '@descent/backend-onnx';
import {
  accuracy,
  createTrainer,
  crossEntropy,
  type EpochRecord,
  fit,
  flatten,
  linear,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { loader, mnistSample } from '@descent/datasets';

export interface Training {
  readonly epochs: number;
  readonly onEpoch: (record: EpochRecord) => void;
}

/** Trains an MLP on the MNIST sample in this page. */
export async function train({ epochs, onEpoch }: Training): Promise<void> {
  const backend = await onnx();
  const trainer = await createTrainer({
    model: sequential(rescale(1 / 255), flatten(), linear(784, 128), relu(), linear(128, 10)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
    metrics: [accuracy()],
    seed: 0,
    backend,
  });
  try {
    await fit(trainer, {
      train: loader(await mnistSample({ train: true }), { batchSize: 50, shuffle: true, seed: 0 }),
      test: loader(await mnistSample({ train: false }), { batchSize: 500 }),
      epochs,
      log: null,
      callbacks: [{ onEpoch }],
    });
  } finally {
    trainer.dispose();
    await backend.dispose();
  }
}
