// Sequences of different lengths: digits that are read row by row and break off somewhere, told by a GRU.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import { accuracy, adam, createTrainer, crossEntropy, fit, type Layer, oneCycle, type Parameters } from '@descent/core';
import { lengthSampler, loader, mnistSample, subset, trimPadding } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';
import { fileAccuracy } from '../lib/file-accuracy.ts';
import { bagOfRows, recurrent, type Sequences } from './networks.ts';
import { type Readings, readings } from './readings.ts';

const BATCH = 64;
const EPOCHS = 10;
/** Batches have one of these lengths, so that there are few programs to compile. */
const BOUNDS = [16, 22, 28];
const loss = crossEntropy();

export const gruClassifier: Example = {
  summary: 'a GRU tells digits that are read row by row and break off after 10 to 28 rows',
  run,
};

interface Data {
  readonly train: Readings;
  readonly test: Readings;
}

async function run(options: Run): Promise<Outcome> {
  const { seed, small, out, log } = options;
  const [digits, held] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  const data = {
    train: readings(small ? subset(digits, few(4 * BATCH)) : digits, seed),
    test: readings(small ? subset(held, few(100)) : held, seed),
  };
  const epochs = small ? 1 : EPOCHS;
  log('a GRU:');
  const model = recurrent();
  const { curve, accuracyOfTest, parameters } = await train(model, data, options, epochs);
  log('a network that does not know the order of the rows:');
  const baseline = await train(bagOfRows(), data, options, epochs);

  const { bytes, maxAbsDifference } = await exportOnnx(model, {
    parameters,
    sample: { x: { shape: ['time', 28], dtype: 'uint8' }, lengths: { shape: [], dtype: 'int32' } },
    loss,
    path: join(out, 'gru-classifier.onnx'),
  });
  return {
    curve,
    numbers: {
      test_accuracy: accuracyOfTest,
      test_accuracy_without_order: baseline.accuracyOfTest,
      test_accuracy_of_file: await fileAccuracy(bytes, data.test.x, data.test.y),
      largest_difference_of_file: maxAbsDifference,
    },
  };
}

interface Trained {
  /** The loss of each step. */
  readonly curve: readonly number[];
  readonly accuracyOfTest: number;
  readonly parameters: Parameters;
}

async function train(
  model: Layer<Sequences>,
  { train, test }: Data,
  { backend, seed, log }: Run,
  epochs: number,
): Promise<Trained> {
  const sampler = lengthSampler(train.x.lengths.data, { batchSize: BATCH, seed });
  const batchTransform = trimPadding({ bounds: BOUNDS });
  const batches = loader(train, { batchSize: BATCH, sampler, batchTransform, dropLast: true });
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: adam({ lr: oneCycle({ maxLr: 5e-3, steps: epochs * batches.length }) }),
    metrics: [accuracy()],
    backend,
    seed,
  });
  const curve: number[] = [];
  try {
    const { history } = await fit(trainer, {
      train: batches,
      test: loader(test, { batchSize: 200 }),
      epochs,
      log,
      onEvent: (event) => {
        if (event.type === 'step') curve.push(event.metrics.loss);
      },
    });
    const accuracyOfTest = history.at(-1)?.test?.accuracy ?? Number.NaN;
    return { curve, accuracyOfTest, parameters: await trainer.parameters() };
  } finally {
    trainer.dispose();
  }
}
