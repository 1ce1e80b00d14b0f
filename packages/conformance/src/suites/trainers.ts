import {
  adam,
  type Backend,
  bceWithLogits,
  createTrainers,
  dropout,
  full,
  layer,
  linear,
  lossOn,
  type Node,
  ndarray,
  type Parameters,
  relu,
  sequential,
  sgd,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { values } from '@descent/core/testing';
import { expectClose } from '../compare.ts';
import { once } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

const TURNS = 4;
/** As for whole train steps. */
const TOLERANCE = 5e-5;

/** Programs of several trainers that read and write parts of one state in turn: losses, parameters and slots are those of the reference. */
export function trainersTests(): readonly ConformanceTest[] {
  const expected = once(() => train(referenceBackend()));
  return [
    {
      name: 'training/two trainers of one set of parameters, in turn',
      comparesWithReference: true,
      async run(backend) {
        const [actual, wanted] = [await train(backend), await expected()];
        expectClose(actual.losses, wanted.losses, TOLERANCE);
        expectClose(actual.parameters, wanted.parameters, TOLERANCE);
        expectClose(actual.slots, wanted.slots, TOLERANCE);
      },
    },
  ];
}

function networks() {
  const parts = {
    generator: sequential(linear(3, 8), relu(), dropout(0.2), linear(8, 2)),
    discriminator: sequential(linear(2, 8), relu(), linear(8, 1)),
  };
  const judge = layer('judge', { discriminator: parts.discriminator }, (points, { discriminator }) =>
    discriminator(points),
  );
  const forge = layer('forge', parts, (noise: Node, { generator, discriminator }) => {
    const points = generator(noise);
    return { points, verdict: discriminator(points) };
  });
  return { judge, forge };
}

/** Both ways of making a step, and what is between: `predict` of one trainer feeds the other. */
async function train(backend: Backend) {
  const { judge, forge } = networks();
  const all = await createTrainers({
    backend,
    seed: 7,
    trainers: {
      judge: { model: judge, loss: bceWithLogits(), optimizer: sgd({ lr: 0.1, momentum: 0.9 }) },
      forge: {
        model: forge,
        loss: lossOn({ output: 'verdict' }, bceWithLogits()),
        optimizer: adam({ lr: 0.02 }),
        freeze: /^discriminator/,
      },
    },
  });
  try {
    const losses: number[] = [];
    const [yes, no] = [full([6, 1], 1), full([6, 1], 0)];
    for (let turn = 0; turn < TURNS; turn++) {
      const noise = values([6, 3], turn);
      losses.push((await all.trainers.judge.step(values([6, 2], 50 + turn), yes)).loss);
      losses.push((await all.trainers.judge.step((await all.trainers.forge.predict(noise)).points, no)).loss);
      const given = await all.trainers.forge.gradients(noise, yes);
      losses.push(given.metrics.loss);
      if (turn % 2 === 0) await all.trainers.forge.update(given);
      else await all.trainers.forge.step(noise, yes);
    }
    const { parameters, trainers } = await all.state();
    const slots: Parameters = {
      ...prefixed('judge', trainers.judge.slots),
      ...prefixed('forge', trainers.forge.slots),
    };
    return { losses: { losses: ndarray('float32', [losses.length], Float32Array.from(losses)) }, parameters, slots };
  } finally {
    all.dispose();
  }
}

function prefixed(owner: string, slots: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(Object.entries(slots).map(([name, slot]) => [`${owner}/${name}`, slot])) as Parameters;
}
