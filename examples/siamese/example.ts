// A network that puts digits of one kind near each other (FaceNet's triplet loss, Schroff and others 2015), on the MNIST sample.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  adam,
  conv2d,
  createPredictor,
  createTrainer,
  fit,
  flatten,
  type Layer,
  layer,
  linear,
  maxPool2d,
  type NDArray,
  type Node,
  partParameters,
  relu,
  rescale,
  sequential,
  tripletMargin,
} from '@descent/core';
import { fold, key, randint } from '@descent/core/random';
import { type ArrayDataset, loader, mnistSample, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';
import { nearestAccuracy } from './neighbours.ts';

const WIDTH = 16;

export const siamese: Example = {
  summary: 'triplets of MNIST digits: near are those of one kind; neighbours tell what a digit is',
  run,
};

/** `[batch, 1, 28, 28] → [batch, 16]` */
const encoder = (): Layer =>
  sequential(
    rescale(1 / 255),
    conv2d(1, 8, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    conv2d(8, 16, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(16 * 7 * 7, 64),
    relu(),
    linear(64, WIDTH),
  );

type Triplet<T> = { readonly anchor: T; readonly positive: T; readonly negative: T };

/** The same weights for all three. */
function network(): Layer<Triplet<Node>, Triplet<Node>> {
  return layer('siamese', { encode: encoder() }, ({ anchor, positive, negative }: Triplet<Node>, { encode }) => ({
    anchor: encode(anchor),
    positive: encode(positive),
    negative: encode(negative),
  }));
}

/** Each digit with one of its class and one of another class, drawn at random. */
function triplets(digits: ArrayDataset, seed: number) {
  const labels = [...digits.y.data];
  const same = digits.classes.map((_, kind) => few(labels.length).filter((i) => labels[i] === kind));
  const others = digits.classes.map((_, kind) => few(labels.length).filter((i) => labels[i] !== kind));
  const draws = new Int32Array(2 * labels.length);
  randint(fold(key(seed), 'triplets'), draws, 0, 2 ** 31 - 1);
  const pick = (list: readonly number[] | undefined, draw: number): number =>
    list?.[(draws[draw] as number) % list.length] as number;
  const positive = labels.map((label, i) => pick(same[label], 2 * i));
  const negative = labels.map((label, i) => pick(others[label], 2 * i + 1));
  return {
    x: { anchor: digits.x, positive: subset(digits, positive).x, negative: subset(digits, negative).x },
    y: digits.y,
  };
}

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const all = await mnistSample({ train: true });
  const train = small ? subset(all, few(400)) : all;
  const test = await mnistSample({ train: false });
  const asked = small ? subset(test, few(200)) : test;
  const trainer = await createTrainer({
    model: network(),
    loss: tripletMargin({ margin: 1 }),
    optimizer: adam({ lr: 1e-3 }),
    backend,
    seed,
  });
  try {
    const { history } = await fit(trainer, {
      train: loader(triplets(train, seed), { batchSize: 50, shuffle: true, seed }),
      test: loader(triplets(asked, seed + 1), { batchSize: 200 }),
      epochs: small ? 2 : 6,
      log,
    });
    const parameters = partParameters(await trainer.parameters(), 'encode');
    const sample = { shape: [1, 28, 28], dtype: 'uint8' } as const;
    const { maxAbsDifference } = await exportOnnx(encoder(), {
      parameters,
      sample,
      path: join(out, 'encoder.onnx'),
      verify: { inputs: subset(test, few(small ? 2 : 16)).x },
    });
    const predictor = await createPredictor({ model: encoder(), parameters, sample, backend });
    const placed = async ({ x, y }: ArrayDataset): Promise<{ points: NDArray; labels: NDArray }> => ({
      points: await predictor.predict(x),
      labels: y,
    });
    const [known, unknown] = [await placed(train), await placed(asked)];
    predictor.dispose();
    return {
      curve: history.map(({ train: epoch }) => epoch.loss),
      numbers: {
        test_accuracy_of_5_neighbours: nearestAccuracy(known, unknown, 5),
        test_loss: history.at(-1)?.test?.loss ?? Number.NaN,
        largest_difference_of_file: maxAbsDifference,
      },
    };
  } finally {
    trainer.dispose();
  }
}
