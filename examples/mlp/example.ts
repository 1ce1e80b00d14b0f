// The network of the course notes: 784-256-10 on the MNIST sample with plain SGD.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  accuracy,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  linear,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { loader, mnistSample, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';

const FEW = 1000;

export const mlp: Example = {
  summary: 'the MLP of the course notes on the MNIST sample, with SGD',
  run,
};

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const all = await mnistSample({ train: true });
  const digits = small ? subset(all, few(FEW)) : all;
  const model = sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), linear(256, 10));
  const loss = crossEntropy();
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: sgd({ lr: 0.2 }),
    metrics: [accuracy()],
    backend,
    seed,
  });
  try {
    const { history } = await fit(trainer, {
      train: loader(digits, { batchSize: 50, shuffle: true, seed }),
      test: loader(await mnistSample({ train: false }), { batchSize: 500 }),
      epochs: small ? 1 : 5,
      log,
    });
    const { maxAbsDifference } = await exportOnnx(model, {
      parameters: await trainer.parameters(),
      sample: { shape: [1, 28, 28], dtype: 'uint8' },
      loss,
      path: join(out, 'mlp.onnx'),
    });
    const accuracyOfTest = history.at(-1)?.test?.accuracy ?? Number.NaN;
    return {
      curve: history.map(({ train }) => train.loss),
      numbers: { test_accuracy: accuracyOfTest, largest_difference_of_file: maxAbsDifference },
    };
  } finally {
    trainer.dispose();
  }
}
