// One seed, one curve: the same config on every backend, step by step.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import {
  accuracy,
  adam,
  type Backend,
  batchNorm2d,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  linear,
  maxPool2d,
  type NDArray,
  type Optimizer,
  type Parameters,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { type ArrayDataset, loader, mnistSample } from '@descent/datasets';
import { formatTable } from '../lib/table.ts';

export interface Job {
  readonly name: string;
  readonly model: Layer;
  readonly optimizer: Optimizer;
}

export const SEED = 11;
export const STEPS = 100;
const BATCH = 32;

/** An MLP with dropout, LeNet, and a CNN with batch normalization. */
export const JOBS: readonly Job[] = [
  {
    name: 'MLP with dropout',
    model: sequential(rescale(1 / 255), flatten(), linear(784, 128), relu(), dropout(0.3), linear(128, 10)),
    optimizer: adam(),
  },
  {
    name: 'LeNet',
    model: sequential(
      rescale(1 / 255),
      conv2d(1, 6, 5),
      relu(),
      maxPool2d(2),
      conv2d(6, 16, 5),
      relu(),
      maxPool2d(2),
      flatten(),
      linear(256, 120),
      relu(),
      linear(120, 84),
      relu(),
      linear(84, 10),
    ),
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
  },
  {
    name: 'CNN with batch normalization',
    model: sequential(
      rescale(1 / 255),
      conv2d(1, 8, 3, { padding: 'same', stride: 2 }),
      batchNorm2d(8),
      relu(),
      conv2d(8, 16, 3, { padding: 'same', stride: 2 }),
      batchNorm2d(16),
      relu(),
      flatten(),
      linear(16 * 49, 10),
    ),
    // At 0.05 the steps are so large that rounding alone grows threefold a step; the curves then agree to 6e-4 at step 10.
    optimizer: sgd({ lr: 0.01 }),
  },
];

export interface Curve {
  readonly backend: string;
  readonly losses: readonly number[];
  readonly accuracy: number;
  readonly parameters: Parameters;
}

/** Trains `job` for `STEPS` steps on `backend`. Everything random comes from one seed. */
export async function trainCurve(job: Job, backend: Backend, train: ArrayDataset, test: ArrayDataset): Promise<Curve> {
  const { model, optimizer } = job;
  const trainer = await createTrainer({
    model,
    loss: crossEntropy(),
    optimizer,
    metrics: [accuracy()],
    backend,
    seed: SEED,
  });
  const losses: number[] = [];
  const batches = loader(train, { batchSize: BATCH, shuffle: true, seed: SEED, dropLast: true });
  for (const { x, y } of batches) {
    losses.push((await trainer.step(x, y)).loss);
    if (losses.length === STEPS) break;
  }
  const { accuracy: reached } = await trainer.evaluate(loader(test, { batchSize: 250 }).epoch(0));
  const parameters = await trainer.parameters();
  trainer.dispose();
  return { backend: backend.name, losses, accuracy: reached as number, parameters };
}

export interface Comparison {
  readonly job: string;
  readonly backend: string;
  /** Relative difference of the loss from the first backend's, at steps 10 and 100. */
  readonly atStep10: number;
  readonly atStep100: number;
  readonly accuracyDifference: number;
}

/** What the issue allows between two backends. */
export const BOUNDS: Pick<Comparison, 'atStep10' | 'atStep100' | 'accuracyDifference'> = {
  atStep10: 1e-4,
  atStep100: 1e-2,
  accuracyDifference: 0.005,
};

export function compareCurves(job: Job, base: Curve, other: Curve): Comparison {
  const relative = (step: number): number => {
    const [a, b] = [base.losses[step - 1] as number, other.losses[step - 1] as number];
    return Math.abs(a - b) / Math.abs(a);
  };
  return {
    job: job.name,
    backend: other.backend,
    atStep10: relative(10),
    atStep100: relative(STEPS),
    accuracyDifference: Math.abs(base.accuracy - other.accuracy),
  };
}

/** The backends that work here; the first is what the others are compared with. `report` gets a line for one that does not. */
export async function parityBackends(report: (line: string) => void): Promise<readonly Backend[]> {
  const backends = [onnx({ threads: 1 }), await tfjs({ engine: 'wasm' }), onnx({ device: 'wasm' })];
  try {
    // `DESCENT_TENSORFLOW` names a folder with TensorFlow, as in the tests of the backend; else what was built before is found.
    const libtensorflow = process.env['DESCENT_TENSORFLOW'];
    backends.push(await tfjs({ engine: 'node', ...(libtensorflow !== undefined && { libtensorflow }) }));
  } catch (error) {
    report(`tfjs:node is left out: ${(error as Error).message}`);
  }
  return backends;
}

/** Every job on every backend, compared with the first. */
export async function benchParity(): Promise<readonly Comparison[]> {
  const [train, test] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  const [first, ...others] = (await parityBackends(console.log)) as readonly [Backend, ...Backend[]];
  const comparisons: Comparison[] = [];
  for (const job of JOBS) {
    const base = await trainCurve(job, first, train, test);
    for (const backend of others)
      comparisons.push(compareCurves(job, base, await trainCurve(job, backend, train, test)));
  }
  for (const backend of [first, ...others]) await backend.dispose();
  return comparisons;
}

/** Largest absolute difference of two arrays of one shape. */
export function largestDifference(a: NDArray, b: NDArray): number {
  let largest = 0;
  for (const [i, v] of a.data.entries()) largest = Math.max(largest, Math.abs(v - (b.data[i] as number)));
  return largest;
}

export function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((c) => [
    c.job,
    c.backend,
    c.atStep10.toExponential(1),
    c.atStep100.toExponential(1),
    `${(100 * c.accuracyDifference).toFixed(2)} %`,
  ]);
  const table = formatTable(['network', 'backend', 'loss at step 10', 'loss at step 100', 'accuracy'], rows);
  return `One seed on each backend: relative differences from onnx:cpu\n${table}`;
}
