import {
  type AnyLayer,
  type AnyLoss,
  adam,
  type Backend,
  batchNorm2d,
  conv2d,
  createTrainer,
  crossEntropy,
  gru,
  type Layer,
  layer,
  linear,
  type NDArray,
  ndarray,
  relu,
  sequential,
  sgd,
} from '@descent/core';
import { mean } from '@descent/core/ops';
import { resnetBlock } from './resnet-block.ts';
import { transformerBlock } from './transformer-block.ts';
import { twoInputs } from './two-inputs.ts';
import { elbo, vae } from './vae.ts';

const meanOver = (axes: readonly number[]): Layer => layer(`meanOver(${axes})`, {}, (x) => mean(x, { axes }));
const stem = [conv2d(3, 8, 3, { padding: 1, bias: false }), batchNorm2d(8), relu()];

/** The networks that `fixtures/models.py` trains in PyTorch, and their losses. */
export const NETWORKS: Readonly<Record<string, readonly [AnyLayer, AnyLoss]>> = {
  resnet: [sequential(...stem, resnetBlock(8), meanOver([2, 3]), linear(8, 3)), crossEntropy()],
  transformer: [sequential(transformerBlock(16, 4), meanOver([1]), linear(16, 3)), crossEntropy()],
  gru: [sequential(gru(3, 8, { return: 'last' }), linear(8, 3)), crossEntropy()],
  twoInputs: [twoInputs, crossEntropy()],
  vae: [vae(12, 8, 2), elbo],
};

interface Written {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch did, as `fixtures/models.py` writes it: settings, first parameters, one batch, and the loss in front of each step on it. */
export interface Training {
  readonly name: string;
  readonly optimizer: 'sgd' | 'adam';
  readonly lr: number;
  readonly parameters: Readonly<Record<string, Written & { readonly dtype: 'float32' }>>;
  readonly x: Written | Readonly<Record<string, Written>>;
  readonly y: Written;
  readonly losses: readonly number[];
}

const floats = ({ shape, data }: Written): NDArray<'float32'> => ndarray('float32', shape, Float32Array.from(data));
const arrayOf = (written: Written): NDArray =>
  written.dtype === 'float32' ? floats(written) : ndarray('int32', written.shape, Int32Array.from(written.data));
const mapped = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
const isArray = (x: Training['x']): x is Written => Array.isArray(x['shape']);

/** The losses of the same steps here. The seed is that of `fixtures/models-noise.mjs`. */
export async function lossesOf(training: Training, backend: Backend): Promise<readonly number[]> {
  const { name, optimizer, lr, parameters, x, y, losses } = training;
  const [model, loss] = NETWORKS[name] as readonly [AnyLayer, AnyLoss];
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: optimizer === 'adam' ? adam({ lr }) : sgd({ lr, momentum: 0.9 }),
    backend,
    parameters: mapped(parameters, floats),
    seed: 5,
  });
  const [inputs, targets] = [isArray(x) ? arrayOf(x) : mapped(x, arrayOf), arrayOf(y)];
  const received: number[] = [];
  while (received.length < losses.length) received.push((await trainer.step(inputs, targets)).loss);
  trainer.dispose();
  return received;
}

/** The largest difference from PyTorch's losses, as a share of them. */
export function largestError(received: readonly number[], { losses }: Training): number {
  return Math.max(...losses.map((expected, i) => Math.abs((received[i] ?? Number.NaN) - expected) / expected));
}
