// A digit and a number beside it: above 0 the number turns the label d into 9 − d, so that neither tells the label alone.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  branches,
  concat,
  conv2d,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  linear,
  maxPool2d,
  type NDArray,
  ndarray,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { fold, key, uniform } from '@descent/core/random';
import { type ArrayDataset, type DatasetOf, loader, mnistSample, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';

type Inputs = { readonly picture: NDArray; readonly numbers: NDArray };
type Data = DatasetOf<Inputs, NDArray<'int32'>>;

const FEW = 400;
const EPOCHS = 6;
/** What each run is allowed to see; what it is not is 0 everywhere. */
const SEEN = ['both', 'picture', 'numbers'] as const;

export const multiInput: Example = {
  summary: 'a digit and a number that changes its label: two inputs, each of which alone does not suffice',
  run,
};

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const digits = await mnistSample({ train: true });
  const train = withNumbers(small ? subset(digits, few(FEW)) : digits, seed, 'train');
  const others = await mnistSample({ train: false });
  const test = withNumbers(small ? subset(others, few(FEW)) : others, seed, 'test');
  const model = sequential(
    branches({
      picture: sequential(rescale(1 / 255), conv2d(1, 8, 5), relu(), maxPool2d(4), flatten(), linear(288, 48), relu()),
      numbers: sequential(linear(1, 16), relu()),
    }),
    concat(),
    linear(64, 64),
    relu(),
    linear(64, 10),
  );
  const loss = crossEntropy();
  const curve: number[] = [];
  const numbers: Record<string, number> = {};
  for (const seen of small ? (['both'] as const) : SEEN) {
    const trainer = await createTrainer({
      model,
      loss,
      optimizer: adam({ lr: 0.003 }),
      metrics: [accuracy()],
      backend,
      seed,
    });
    try {
      const { history } = await fit(trainer, {
        train: loader(only(train, seen), { batchSize: 50, shuffle: true, seed }),
        test: loader(only(test, seen), { batchSize: 500 }),
        epochs: small ? 2 : EPOCHS,
        log: seen === 'both' ? log : null,
      });
      numbers[`test_accuracy_with_${seen}`] = history.at(-1)?.test?.accuracy ?? Number.NaN;
      if (seen !== 'both') continue;
      curve.push(...history.map((epoch) => epoch.train.loss));
      const { maxAbsDifference } = await exportOnnx(model, {
        parameters: await trainer.parameters(),
        sample: { picture: { shape: [1, 28, 28], dtype: 'uint8' }, numbers: { shape: [1], dtype: 'float32' } },
        loss,
        path: join(out, 'multi-input.onnx'),
      });
      numbers['largest_difference_of_file'] = maxAbsDifference;
    } finally {
      trainer.dispose();
    }
  }
  return { curve, numbers };
}

/** A number from −1 to 1 beside each digit; above 0 the label d is 9 − d. */
function withNumbers({ x, y, ...digits }: ArrayDataset, seed: number, part: string): Data {
  const drawn = new Float32Array(digits.length);
  uniform(fold(key(seed), part), drawn, -1, 1);
  const labels = y.data.map((digit, i) => ((drawn[i] as number) > 0 ? 9 - digit : digit));
  return {
    ...digits,
    x: { picture: x, numbers: ndarray('float32', [digits.length, 1], drawn) },
    y: ndarray('int32', [digits.length], labels),
  };
}

/** The same data with 0 in what is not to be seen. */
function only(data: Data, seen: (typeof SEEN)[number]): Data {
  if (seen === 'both') return data;
  const x = Object.fromEntries(
    Object.entries(data.x).map(([name, array]: [string, NDArray]) => [
      name,
      name === seen ? array : { ...array, data: array.data.map(() => 0) },
    ]),
  );
  return { ...data, x: x as Inputs };
}
