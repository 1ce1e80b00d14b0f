import {
  accuracy,
  adam,
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  linear,
  type Metrics,
  maxPool2d,
  ndarray,
  type Optimizer,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';
import { key, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';

const BATCH = 16;

const lenet = (): Layer =>
  sequential(
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
  );

const mlp = (): Layer => sequential(flatten(), rescale(1 / 255), linear(784, 32), relu(), dropout(0.2), linear(32, 10));

/** Images whose brightness pattern depends on the label, so that there is something to learn. */
function batch(seed: number): { x: ReturnType<typeof ndarray>; y: ReturnType<typeof ndarray> } {
  const labels = new Int32Array(BATCH);
  randint(key(seed), labels, 0, 10);
  const noise = new Int32Array(BATCH * 784);
  randint(key(seed + 1000), noise, 0, 100);
  const pixels = Uint8Array.from(noise, (v, i) => {
    const row = Math.floor((i % 784) / 28);
    return v + (Math.floor(row / 3) === labels[Math.floor(i / 784)] ? 150 : 0);
  });
  return { x: ndarray('uint8', [BATCH, 1, 28, 28], pixels), y: ndarray('int32', [BATCH], labels) };
}

async function train(backend: Backend, model: Layer, optimizer: Optimizer, steps: number): Promise<readonly Metrics[]> {
  const trainer = await createTrainer({
    model,
    loss: crossEntropy(),
    optimizer,
    metrics: [accuracy()],
    backend,
    seed: 7,
  });
  const results: Metrics[] = [];
  for (let i = 0; i < steps; i++) {
    const { x, y } = batch(i);
    results.push(await trainer.step(x, y));
  }
  trainer.dispose();
  await backend.dispose();
  return results;
}

test.each([
  ['LeNet, momentum', 'wasm', lenet, () => sgd({ lr: 0.05, momentum: 0.9 })],
  ['MLP with dropout, Adam', 'wasm', mlp, () => adam({ lr: 0.01 })],
  ['MLP with dropout, Adam', 'cpu', mlp, () => adam({ lr: 0.01 })],
] as const)(
  '%s on tfjs:%s: the curve of the reference, within 1e-4 for ten steps',
  async (_, engine, model, optimizer) => {
    const expected = await train(referenceBackend(), model(), optimizer(), 10);
    const actual = await train(await tfjs({ engine }), model(), optimizer(), 10);
    for (const [i, { loss, accuracy }] of expected.entries()) {
      const received = actual[i] as Metrics;
      expect(Math.abs(received.loss - loss) / loss, `loss of step ${i + 1}`).toBeLessThan(1e-4);
      expect(received['accuracy']).toBeCloseTo(accuracy as number, 6);
    }
    // Each batch is another one, and so is each loss.
    expect(new Set(actual.map((m) => m.loss)).size).toBe(10);
  },
  60_000,
);
