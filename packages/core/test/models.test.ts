import { describe, expect, test } from 'vitest';
import {
  type AnyLayer,
  type AnyLoss,
  adam,
  createTrainer,
  crossEntropy,
  type NDArrays,
  sgd,
} from '../src/public/index.ts';
import { referenceBackend } from '../src/public/reference.ts';
import { arrayOf, type FixtureArray, readFixture } from './_fixture.ts';
import { classifier } from './examples/gru.ts';
import { resnet } from './examples/resnet-block.ts';
import { transformer } from './examples/transformer-block.ts';
import { twoInputs } from './examples/two-inputs.ts';
import { elbo, vae } from './examples/vae.ts';

interface ModelFixture {
  readonly name: string;
  readonly optimizer: 'sgd' | 'adam';
  readonly lr: number;
  readonly parameters: Readonly<Record<string, FixtureArray>>;
  readonly x: FixtureArray | Readonly<Record<string, FixtureArray>>;
  readonly y: FixtureArray;
  /** In front of each step. */
  readonly losses: readonly number[];
}

const MODELS: Readonly<Record<string, readonly [AnyLayer, AnyLoss]>> = {
  resnet: [resnet, crossEntropy()],
  transformer: [transformer, crossEntropy()],
  gru: [classifier, crossEntropy()],
  twoInputs: [twoInputs, crossEntropy()],
  vae: [vae(12, 8, 2), elbo],
};

describe('the networks of the documentation train as in PyTorch', () => {
  test.each(readFixture<readonly ModelFixture[]>('models.json').map((f) => [f.name, f] as const))(
    '%s',
    async (name, f) => {
      const [model, loss] = MODELS[name] as readonly [AnyLayer, AnyLoss];
      const parameters = Object.fromEntries(Object.entries(f.parameters).map(([n, p]) => [n, arrayOf(p)]));
      expect(model.parameters.map((p) => p.name).sort()).toEqual(Object.keys(parameters).sort());
      const trainer = await createTrainer({
        model: model as never,
        loss: loss as never,
        optimizer: f.optimizer === 'adam' ? adam({ lr: f.lr }) : sgd({ lr: f.lr, momentum: 0.9 }),
        backend: referenceBackend(),
        parameters: parameters as never,
        seed: 5,
      });
      const arrays = (
        'data' in f.x
          ? arrayOf(f.x as FixtureArray)
          : Object.fromEntries(Object.entries(f.x).map(([n, a]) => [n, arrayOf(a as FixtureArray)]))
      ) as NDArrays;
      for (const [i, expected] of f.losses.entries()) {
        const { loss: received } = await trainer.step(arrays as never, arrayOf(f.y));
        expect(
          Math.abs(received - expected) / expected,
          `loss of step ${i + 1}: ${received}, PyTorch ${expected}`,
        ).toBeLessThan(1e-4);
      }
    },
  );
});
