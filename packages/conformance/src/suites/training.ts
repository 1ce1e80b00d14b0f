import {
  accumulate,
  accuracy,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  asgd,
  averaged,
  type Backend,
  batchNorm2d,
  chain,
  clipByGlobalNorm,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  type Loss,
  lamb,
  linear,
  lion,
  lookahead,
  maxPool2d,
  mse,
  muon,
  type NDArray,
  nadam,
  ndarray,
  noisy,
  type Optimizer,
  radam,
  relu,
  rescale,
  rmsprop,
  rprop,
  sam,
  sequential,
  sgd,
  swa,
  type TrainerState,
  tanh,
} from '@descent/core';
import { fold, key, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { values } from '@descent/core/testing';
import { expectClose, expectThat } from '../compare.ts';
import { once } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

interface Job {
  readonly name: string;
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly x: NDArray;
  readonly y: NDArray;
}

const STEPS = 5;
const PER_RUN = 3;
/** Differences grow from step to step. */
const TOLERANCE = 5e-5;

/** Whole train steps: losses, metrics, parameters and slots after some steps are those of the reference, however the steps are run. */
export function trainingTests(): readonly ConformanceTest[] {
  const all = jobs().flatMap((job) => [
    stepByStep(job),
    { name: `training/${job.name}/several steps in one run`, run: (backend: Backend) => inOneRun(job, backend) },
    { name: `training/${job.name}/gradients, then updates`, run: (backend: Backend) => inHalves(job, backend) },
  ]);
  // Steps are run in one way like in another, whatever the optimizer is.
  return [...all, ...otherOptimizers().map(stepByStep)];
}

/** A small network of matrices and vectors for each of the other optimizers. */
function otherOptimizers(): readonly Job[] {
  const optimizers: readonly Optimizer[] = [
    sgd({ lr: 0.1, momentum: (step) => 0.5 + 0.4 / step, dampening: 0.3 }),
    adam({ lr: 0.01, amsgrad: true }),
    nadam({ lr: 0.01 }),
    radam({ lr: 0.01, betas: [0.9, 0.9] }),
    adamax({ lr: 0.01 }),
    rmsprop({ momentum: 0.9, centered: true }),
    adagrad({ lrDecay: 0.1, initialAccumulatorValue: 0.1 }),
    adadelta(),
    adafactor({ weightDecay: 0.1 }),
    asgd({ t0: 2 }),
    rprop(),
    lion({ weightDecay: 0.1 }),
    lamb({ weightDecay: 0.1 }),
    muon(),
    lookahead(2, 0.5, sgd({ lr: 0.1 })),
    noisy({ eta: 0.01 }, sgd({ lr: 0.1 })),
    sam(0.05, sgd({ lr: 0.1 })),
    swa({ start: 2, every: 2, lr: 0.05 }, sgd({ lr: 0.1 })),
  ];
  const model = sequential(linear(4, 5), tanh(), linear(5, 3));
  const batch = { loss: crossEntropy(), x: values([6, 4], 3), y: integers([6], 3, 4) };
  return optimizers.map((optimizer, i) => ({ name: `${optimizer.label} (${i})`, model, optimizer, ...batch }));
}

function jobs(): readonly Job[] {
  const images = bytes([8, 1, 10, 10], 1);
  const labels = integers([8], 3, 2);
  const features = values([6, 4], 3);
  const mlp = sequential(linear(4, 5), relu(), linear(5, 3));
  const six = { x: features, y: integers([6], 3, 4) };
  const cnn = sequential(rescale(1 / 255), conv2d(1, 3, 3), relu(), maxPool2d(2), flatten(), linear(48, 3));
  const withBatchNorm = sequential(
    rescale(1 / 255),
    conv2d(1, 3, 3, { padding: 'same' }),
    batchNorm2d(3),
    relu(),
    flatten(),
    linear(300, 3),
  );
  const clipped: Optimizer = { label: 'clipped', lr: 0.1, transform: chain(clipByGlobalNorm(0.5)) };
  const optimizers: readonly Optimizer[] = [
    sgd({ lr: 0.1 }),
    sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    adam({ lr: 0.01, weightDecay: 0.01 }),
    adamW({ lr: (step) => 0.01 / step }),
    clipped,
    accumulate(2, sgd({ lr: 0.1, momentum: 0.9 })),
    averaged(0.9, sgd({ lr: 0.1 })),
  ];
  return [
    ...optimizers.map((optimizer, i) => ({
      name: `MLP with ${optimizer.label} (${i})`,
      model: mlp,
      loss: crossEntropy(),
      optimizer,
      ...six,
    })),
    { name: 'MLP with mse', model: mlp, loss: mse(), optimizer: sgd({ lr: 0.1 }), x: features, y: values([6, 3], 5) },
    {
      name: 'MLP with weighted, smoothed cross entropy',
      model: mlp,
      loss: crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1 }),
      optimizer: sgd({ lr: 0.1 }),
      ...six,
    },
    {
      name: 'MLP with weighted, smoothed cross entropy that leaves labels out',
      model: mlp,
      loss: crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1, ignoreIndex: 255 }),
      optimizer: sgd({ lr: 0.1 }),
      x: features,
      y: ndarray('uint8', [6], Uint8Array.of(0, 255, 2, 1, 255, 2)),
    },
    {
      name: 'MLP with weighted, smoothed cross entropy of class probabilities',
      model: mlp,
      loss: crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1 }),
      optimizer: sgd({ lr: 0.1 }),
      x: features,
      y: probabilities(6, 3, 6),
    },
    {
      name: 'MLP with dropout',
      model: sequential(linear(4, 32), dropout(0.5), linear(32, 3)),
      loss: crossEntropy(),
      optimizer: adam(),
      ...six,
    },
    {
      name: 'CNN on bytes',
      model: cnn,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
      x: images,
      y: labels,
    },
    {
      name: 'CNN with batch normalization',
      model: withBatchNorm,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.05 }),
      x: images,
      y: labels,
    },
  ];
}

/** How a trainer makes its steps. */
type Way = 'step by step' | 'several in one run' | 'in halves';

interface Run {
  readonly losses: readonly number[];
  readonly evaluated: number;
  readonly state: TrainerState;
}

async function train({ model, loss, optimizer, x, y }: Job, backend: Backend, way: Way): Promise<Run> {
  const metrics = loss.label.includes('crossEntropy') ? [accuracy()] : [];
  const trainer = await createTrainer({ model, loss, optimizer, metrics, backend, seed: 7 });
  try {
    const losses: number[] = [];
    const batch = x.shape[0] as number;
    const resident = way === 'several in one run' ? await trainer.resident({ x, y }) : null;
    while (losses.length < STEPS) {
      if (way === 'in halves') {
        const given = await trainer.gradients(x, y);
        await trainer.update(given);
        losses.push(given.metrics.loss);
      } else if (resident === null) losses.push((await trainer.step(x, y)).loss);
      else {
        const steps = Math.min(PER_RUN, STEPS - losses.length);
        const rows = Uint32Array.from({ length: steps * batch }, (_, i) => i % batch);
        losses.push(...(await resident.train(rows, batch)).map((m) => m.loss));
      }
    }
    return { losses, evaluated: (await trainer.evaluate([{ x, y }])).loss, state: await trainer.state() };
  } finally {
    trainer.dispose();
  }
}

function stepByStep(job: Job): ConformanceTest {
  const expected = once(() => train(job, referenceBackend(), 'step by step'));
  return {
    name: `training/${job.name}/step by step`,
    comparesWithReference: true,
    run: async (backend) => compare(await train(job, backend, 'step by step'), await expected()),
  };
}

async function inOneRun(job: Job, backend: Backend): Promise<void> {
  compare(await train(job, backend, 'several in one run'), await train(job, backend, 'step by step'));
}

async function inHalves(job: Job, backend: Backend): Promise<void> {
  compare(await train(job, backend, 'in halves'), await train(job, backend, 'step by step'));
}

function compare(actual: Run, expected: Run): void {
  const losses = ({ losses, evaluated }: Run) => ({
    losses: ndarray('float32', [STEPS + 1], Float32Array.of(...losses, evaluated)),
  });
  expectClose(losses(actual), losses(expected), TOLERANCE);
  expectClose(actual.state.parameters, expected.state.parameters, TOLERANCE);
  expectClose(actual.state.slots, expected.state.slots, TOLERANCE);
  expectThat(actual.state.step === STEPS, 'the trainer counts its steps', actual.state.step);
}

function integers(shape: readonly number[], high: number, seed: number): NDArray<'int32'> {
  const data = new Int32Array(shape.reduce((n, d) => n * d, 1));
  randint(fold(key(seed), 'integers'), data, 0, high);
  return ndarray('int32', shape, data);
}

function bytes(shape: readonly number[], seed: number): NDArray<'uint8'> {
  return ndarray('uint8', shape, Uint8Array.from(integers(shape, 256, seed).data));
}

/** Rows that sum to 1. */
function probabilities(rows: number, classes: number, seed: number): NDArray<'float32'> {
  const { data } = integers([rows, classes], 9, seed);
  const total = (i: number): number => data.slice(i * classes, (i + 1) * classes).reduce((sum, v) => sum + v + 1, 0);
  const shares = Float32Array.from(data, (v, i) => (v + 1) / total(Math.floor(i / classes)));
  return ndarray('float32', [rows, classes], shares);
}
