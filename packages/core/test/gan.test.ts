import {
  adam,
  batchNorm2d,
  bceWithLogits,
  conv2d,
  createTrainers,
  flatten,
  full,
  type Layer,
  layer,
  linear,
  lossOn,
  type NDArray,
  type Node,
  type Parameters,
  relu,
  sequential,
  weightedSum,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { arrayOf, expectMatches, readFixture } from './_fixture.ts';
import { gan } from './examples/gan.ts';

interface Written {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch did; see `fixtures/gan.py`. */
interface Training {
  readonly name: string;
  readonly first: Readonly<Record<string, Written>>;
  readonly real: Written;
  readonly noise: Written;
  readonly losses: { readonly discriminator: readonly number[]; readonly generator: readonly number[] };
  readonly last: Readonly<Record<string, Written>>;
}

const [points, images] = readFixture<readonly [Training, Training]>('gan.json');
const floats = (written: Written): NDArray<'float32'> =>
  arrayOf({ dtype: 'float32', ...written }) as NDArray<'float32'>;
const first = (training: Training): Parameters =>
  Object.fromEntries(Object.entries(training.first).map(([name, p]) => [name, floats(p)]));

/** The networks of images, with batch normalization in both. */
function ofImages(frozen: (part: string) => RegExp) {
  const norm = (...rest: readonly Layer[]): Layer =>
    sequential(conv2d(1, 4, 3, { padding: 1, bias: false }), batchNorm2d(4), relu(), ...rest);
  const parts = { generator: norm(conv2d(4, 1, 3, { padding: 1 })), discriminator: norm(flatten(), linear(64, 1)) };
  type Both = { readonly real: Node; readonly noise: Node };
  const judge = layer('judge', parts, ({ real, noise }: Both, { generator, discriminator }) => ({
    real: discriminator(real),
    fake: discriminator(generator(noise)),
  }));
  const forge = layer('forge', parts, (noise, { generator, discriminator }) => discriminator(generator(noise)));
  const on = <Name extends 'real' | 'fake'>(name: Name) => lossOn({ output: name, target: name }, bceWithLogits());
  const both = weightedSum({ loss: on('real'), weight: 1 }, { loss: on('fake'), weight: 1 });
  return {
    discriminator: { model: judge, loss: both, optimizer: adam({ lr: 0.01 }), freeze: frozen('generator') },
    generator: { model: forge, loss: bceWithLogits(), optimizer: adam({ lr: 0.02 }), freeze: frozen('discriminator') },
  };
}

/** The losses of alternating steps, as shares of PyTorch's. */
async function expectLosses(training: Training, step: (of: 'discriminator' | 'generator') => Promise<number>) {
  for (const i of training.losses.generator.keys()) {
    for (const of of ['discriminator', 'generator'] as const) {
      const expected = training.losses[of][i] as number;
      expect(Math.abs((await step(of)) - expected) / expected, `${of}, step ${i + 1}`).toBeLessThan(1e-4);
    }
  }
}

describe('a GAN trains as in PyTorch', () => {
  test('on points: the losses of both in ten alternating steps, and all parameters after them', async () => {
    const all = await createTrainers({ trainers: gan, backend: referenceBackend(), parameters: first(points) });
    const { discriminator, generator } = all.trainers;
    const [real, noise, ones, zeros] = [floats(points.real), floats(points.noise), full([32, 1], 1), full([32, 1], 0)];
    await expectLosses(points, async (of) =>
      of === 'generator'
        ? (await generator.step(noise, ones)).loss
        : (await discriminator.step({ real, noise }, { real: ones, fake: zeros })).loss,
    );
    const parameters = await all.parameters();
    for (const [name, p] of Object.entries(points.last))
      expectMatches(parameters[name], { dtype: 'float32', ...p }, 1e-4, name);
    expect([discriminator.stepCount, generator.stepCount]).toEqual([10, 10]);
    const { points: made, verdict } = await generator.predict(noise);
    expect([made.shape, verdict.shape]).toEqual([
      [32, 2],
      [32, 1],
    ]);
    all.dispose();
  });

  const ofBatches = async (frozen: (part: string) => RegExp) => {
    const trainers = ofImages(frozen);
    const all = await createTrainers({ trainers, backend: referenceBackend(), parameters: first(images) });
    const [real, noise, ones, zeros] = [floats(images.real), floats(images.noise), full([8, 1], 1), full([8, 1], 0)];
    const { discriminator, generator } = all.trainers;
    const step = async (of: 'discriminator' | 'generator'): Promise<number> =>
      of === 'generator'
        ? (await generator.step(noise, ones)).loss
        : (await discriminator.step({ real, noise }, { real: ones, fake: zeros })).loss;
    return { all, step };
  };

  test('with batch normalization, whose running means both set where neither freezes them', async () => {
    const { all, step } = await ofBatches((part) => new RegExp(`^${part}.*(weight|bias)$`));
    await expectLosses(images, step);
    const parameters = await all.parameters();
    for (const [name, p] of Object.entries(images.last))
      expectMatches(parameters[name], { dtype: 'float32', ...p }, 1e-4, name);
  });

  test('and a trainer leaves the running means of the other as they are where it freezes all of it', async () => {
    const { all, step } = await ofBatches((part) => new RegExp(`^${part}`));
    let before = await all.parameters();
    for (const of of ['discriminator', 'generator', 'discriminator'] as const) {
      await step(of);
      const after = await all.parameters();
      const changed = Object.keys(after).filter((name) => String(after[name]?.data) !== String(before[name]?.data));
      expect(changed.sort()).toEqual(
        Object.keys(after)
          .filter((name) => name.startsWith(of))
          .sort(),
      );
      before = after;
    }
  });
});
