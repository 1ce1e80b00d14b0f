// A small ResNet on Fashion-MNIST: batch norm, flips, label smoothing, one cycle of the learning rate.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import { accuracy, createTrainer, crossEntropy, fit, oneCycle, sgd } from '@descent/core';
import { loader, randomHorizontalFlip, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';
import { fileAccuracy } from '../lib/file-accuracy.ts';
import { images, sampleImages } from './images.ts';
import { resnet as network } from './network.ts';

const EPOCHS = 10;

export const resnet: Example = {
  summary: 'a small ResNet on Fashion-MNIST where it is installed, else on the MNIST sample',
  run,
};

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const all = small ? await sampleImages() : await images();
  const batchSize = small ? 32 : 128;
  const data = small ? { train: subset(all.train, few(3 * batchSize)), test: subset(all.test, few(100)) } : all;
  log(`${all.train.name}, ${data.train.length} images`);
  const epochs = small ? 1 : EPOCHS;
  const model = network(small ? 4 : 48);
  const train = loader(data.train, {
    batchSize,
    shuffle: true,
    seed,
    dropLast: true,
    ...(all.canFlip && { transform: [randomHorizontalFlip()] }),
  });
  const lr = oneCycle({ maxLr: 0.2, steps: epochs * train.length, pctStart: 0.2 });
  const loss = crossEntropy({ labelSmoothing: 0.1 });
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: sgd({ lr, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
    metrics: [accuracy()],
    backend,
    seed,
  });
  const curve: number[] = [];
  try {
    const { history } = await fit(trainer, {
      train,
      test: loader(data.test, { batchSize: 500 }),
      epochs,
      log,
      onEvent: (event) => {
        if (event.type === 'step') curve.push(event.metrics.loss);
      },
    });
    const { bytes, maxAbsDifference } = await exportOnnx(model, {
      parameters: await trainer.parameters(),
      sample: { shape: [1, 28, 28], dtype: 'uint8' },
      loss,
      path: join(out, 'resnet.onnx'),
    });
    return {
      curve,
      numbers: {
        test_accuracy: history.at(-1)?.test?.accuracy ?? Number.NaN,
        test_accuracy_of_file: await fileAccuracy(bytes, { input: data.test.x }, data.test.y),
        largest_difference_of_file: maxAbsDifference,
      },
    };
  } finally {
    trainer.dispose();
  }
}
