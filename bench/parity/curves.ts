// One seed, one curve: networks, and how their curves are made and compared. Imports nothing of Node, so that a page can, too.
import {
  accuracy,
  adam,
  type Backend,
  type Batch,
  batchNorm2d,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  linear,
  maxPool2d,
  type Optimizer,
  type Parameters,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';

export interface Job {
  readonly name: string;
  readonly model: Layer;
  readonly optimizer: Optimizer;
}

export const SEED = 11;
export const STEPS = 100;
export const BATCH = 32;

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

/** Trains `job` on all of `batches`, then evaluates on `held`. Everything random comes from one seed. */
export async function trainCurve(
  job: Job,
  backend: Backend,
  batches: Iterable<Batch>,
  held: Iterable<Batch>,
): Promise<Curve> {
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
  for (const { x, y } of batches) losses.push((await trainer.step(x, y)).loss);
  const { accuracy: reached } = await trainer.evaluate(held);
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
