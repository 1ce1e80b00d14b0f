// A variational autoencoder (Kingma & Welling 2014) on the MNIST sample.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  adam,
  bce,
  createPredictor,
  createTrainer,
  fit,
  flatten,
  type Layer,
  type Loss,
  layer,
  linear,
  lossOn,
  type Metric,
  type NDArray,
  type Node,
  partParameters,
  relu,
  rescale,
  sequential,
  sigmoid,
  weightedSum,
} from '@descent/core';
import { add, exp, mean, mul, sub, sum } from '@descent/core/ops';
import { fold, key, normal } from '@descent/core/random';
import { type DatasetOf, loader, mnistSample, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';
import { greyTile, rowOf, writeSheet } from '../lib/sheet.ts';

const PIXELS = 784;
const CODE = 16;

export const vae: Example = {
  summary: 'a variational autoencoder of the MNIST sample; digits that nobody wrote',
  run,
};

/** The picture again, and the normal distribution of its code. */
type VaeOutput = { readonly pixels: Node; readonly mean: Node; readonly logVariance: Node };

/** `[batch, code] → [batch, 784]`, from 0 to 1. */
const decoder = (): Layer => sequential(linear(CODE, 256), relu(), linear(256, PIXELS), sigmoid());

/** In training the code is drawn, `mean + exp(logVariance / 2) · noise`, so that gradients reach what it is drawn from; else it is the mean. */
function network(): Layer<Node, VaeOutput> {
  const parts = {
    encode: sequential(rescale(1 / 255), flatten(), linear(PIXELS, 256), relu()),
    toMean: linear(256, CODE),
    toLogVariance: linear(256, CODE),
    decode: decoder(),
  };
  return layer('vae', parts, (x: Node, { encode, toMean, toLogVariance, decode }, { training, random }) => {
    const seen = encode(x);
    const [mu, logVariance] = [toMean(seen), toLogVariance(seen)];
    const noise = training ? random({ kind: 'normal', mean: 0, std: 1 }, mu.type.shape) : undefined;
    const code = noise === undefined ? mu : add(mu, mul(exp(mul(logVariance, 0.5)), noise));
    return { pixels: decode(code), mean: mu, logVariance };
  });
}

/** The divergence of the codes from a standard normal, the mean over samples of `½ Σ (μ² + σ² − 1 − log σ²)`. */
function divergenceOf({ mean: mu, logVariance }: Omit<VaeOutput, 'pixels'>): Node {
  const each = sub(add(mul(mu, mu), exp(logVariance)), add(logVariance, 1));
  return mul(mean(sum(each, { axes: [1] })), 0.5);
}

const divergence: Loss<Omit<VaeOutput, 'pixels'>> = { label: 'divergence', apply: divergenceOf };
const divergenceMetric: Metric<VaeOutput, Node, 'divergence'> = {
  name: 'divergence',
  better: 'lower',
  apply: divergenceOf,
};

/** The negative of the evidence lower bound, in nats a picture. */
const negativeElbo = weightedSum(
  { loss: lossOn({ output: 'pixels' }, bce()), weight: PIXELS },
  { loss: divergence, weight: 1 },
);

/** The pictures as inputs, and from 0 to 1 as targets. */
function ownTargets({ x, ...digits }: DatasetOf<NDArray>): DatasetOf<NDArray, NDArray<'float32'>> {
  const y: NDArray<'float32'> = {
    dtype: 'float32',
    shape: [digits.length, PIXELS],
    data: Float32Array.from(x.data, (v) => v / 255),
  };
  return { ...digits, x, y };
}

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const all = await mnistSample({ train: true });
  const others = await mnistSample({ train: false });
  const train = ownTargets(small ? subset(all, few(500)) : all);
  const test = ownTargets(small ? subset(others, few(100)) : others);
  const model = network();
  const trainer = await createTrainer({
    model,
    loss: negativeElbo,
    optimizer: adam({ lr: 1e-3 }),
    metrics: [divergenceMetric],
    backend,
    seed,
  });
  try {
    const { history } = await fit(trainer, {
      train: loader(train, { batchSize: 50, shuffle: true, seed }),
      test: loader(test, { batchSize: 500 }),
      epochs: small ? 2 : 20,
      log,
    });
    const parameters = partParameters(await trainer.parameters(), 'decode');
    const { maxAbsDifference } = await exportOnnx(decoder(), {
      parameters,
      sample: { shape: [CODE] },
      path: join(out, 'decoder.onnx'),
    });
    const predictor = await createPredictor({ model: decoder(), parameters, sample: { shape: [CODE] }, backend });
    const codes: NDArray<'float32'> = { dtype: 'float32', shape: [64, CODE], data: new Float32Array(64 * CODE) };
    normal(fold(key(seed), 'samples'), codes.data);
    const made = await predictor.predict(codes).finally(() => predictor.dispose());
    const tile = (i: number): Uint8Array => greyTile(Array.from(rowOf(made, i), (v) => Math.round(255 * v)));
    await writeSheet(
      join(out, 'vae.png'),
      Array.from({ length: 8 }, (_, r) => Array.from({ length: 8 }, (__, c) => tile(8 * r + c))),
      28,
      28,
    );
    log(`${join(out, 'vae.png')}: digits from random codes`);
    const last = history.at(-1);
    return {
      curve: history.map(({ train: epoch }) => epoch.loss),
      numbers: {
        train_elbo: -(last?.train.loss ?? Number.NaN),
        // At the means of the codes, not at draws of them.
        test_elbo_at_means: -(last?.test?.loss ?? Number.NaN),
        test_divergence: last?.test?.divergence ?? Number.NaN,
        largest_difference_of_file: maxAbsDifference,
      },
    };
  } finally {
    trainer.dispose();
  }
}
