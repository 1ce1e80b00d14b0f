import { expect } from 'vitest';
import * as d from '../src/public/index.ts';
import { arrayOf, type FixtureArray, readFixture } from './_fixture.ts';
import { backend } from './_reference.ts';

/** A network that PyTorch trained, see `fixtures/adapters.py`. */
export interface Training {
  readonly name: string;
  readonly lr: number;
  readonly parameters: Readonly<Record<string, FixtureArray>>;
  readonly x: FixtureArray;
  readonly y: FixtureArray;
  readonly losses: readonly number[];
  readonly after: Readonly<Record<string, FixtureArray>>;
}

export const trainings: readonly Training[] = readFixture('adapters.json');

/** The parameters of `model` in front of the first step. */
export function startOf(model: d.AnyLayer, { parameters }: Training): d.Parameters {
  return d.toParameters(
    model,
    Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, arrayOf(array)])),
  );
}

/** The parameters behind the last step, where each step has had PyTorch's loss. */
export async function trainedLike(model: d.Layer, training: Training): Promise<d.Parameters> {
  const [optimizer, loss] = [d.sgd({ lr: training.lr, momentum: 0.9 }), d.crossEntropy()];
  const parameters = startOf(model, training);
  const trainer = await d.createTrainer({ model, loss, optimizer, backend, parameters });
  for (const [i, expected] of training.losses.entries()) {
    const { loss: received } = await trainer.step(arrayOf(training.x), arrayOf(training.y));
    expect(Math.abs(received / expected - 1), `the loss of step ${i + 1}`).toBeLessThan(1e-5);
  }
  const trained = await trainer.parameters();
  trainer.dispose();
  return trained;
}
