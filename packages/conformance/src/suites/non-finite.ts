import {
  adam,
  type Backend,
  createTrainer,
  type Layer,
  type Loss,
  linear,
  type Metrics,
  NumericError,
  type Trainer,
  tensor,
} from '@descent/core';
import { mean, mul, sqrt, sub } from '@descent/core/ops';
import { expectClose, expectThat } from '../compare.ts';
import type { ConformanceTest } from '../test-case.ts';

/** Steps whose loss is finite while their gradient is not write nothing, one by one or several in a run, whether a backend undoes runs or not. */
export function nonFiniteTests(): readonly ConformanceTest[] {
  const name = (how: string): string => `training/a gradient that is not finite/${how}`;
  return [
    { name: name('step by step'), run: (backend) => check(backend, false) },
    { name: name('several steps in one run'), run: (backend) => check(backend, true) },
    { name: name('step by step, without undoing'), run: (backend) => check(withoutUndo(backend), false) },
    { name: name('several steps in one run, without undoing'), run: (backend) => check(withoutUndo(backend), true) },
    { name: name('in halves'), run: (backend) => checkHalves(backend) },
    { name: name('in halves, without undoing'), run: (backend) => checkHalves(withoutUndo(backend)) },
  ];
}

/** The same backend with states that say they cannot take back a run, as those do that overwrite what was there. */
function withoutUndo(backend: Backend): Backend {
  return {
    ...backend,
    async state(entries) {
      return Object.assign(await backend.state(entries), { rollback: () => false });
    },
  };
}

const model: Layer = linear(1, 1, { bias: false });
/** Of the third sample the error is 0 and its derivative infinite, whatever the weight. */
const samples = [
  [1, 2],
  [2, 1],
  [0, 0],
  [3, 1],
] as const;
const rmse: Loss = {
  label: 'rmse',
  apply(output, target) {
    const error = sub(output, target);
    return sqrt(mean(mul(error, error)));
  },
};

async function check(backend: Backend, inOneRun: boolean): Promise<void> {
  const make = (): Promise<Trainer> =>
    createTrainer({ model, loss: rmse, optimizer: adam({ lr: 0.1 }), backend, seed: 3 });
  const [trainer, good] = [await make(), await make()];
  const stepOf = (at: number, t = trainer): Promise<Metrics> => {
    const [x, y] = samples[at] as readonly [number, number];
    return t.step(tensor([[x]]), tensor([[y]]));
  };
  try {
    await stepOf(0, good);
    await stepOf(1, good);
    let error: unknown;
    try {
      if (inOneRun) {
        const data = { x: tensor(samples.map(([x]) => [x])), y: tensor(samples.map(([, y]) => [y])) };
        await (await trainer.resident(data)).train(Uint32Array.of(0, 1, 2, 3), 1);
      } else for (const at of samples.keys()) await stepOf(at);
    } catch (e) {
      error = e;
    }
    expectThat(error instanceof NumericError, 'the third step is refused', String(error));
    const said = String(error);
    expectThat(said.includes('step 3') && said.includes('parameter weight'), 'step and parameter are named', said);
    expectThat(trainer.stepCount === 2, 'two steps are counted', String(trainer.stepCount));
    const [actual, expected] = [await trainer.state(), await good.state()];
    expectClose(actual.parameters, expected.parameters, 1e-6);
    expectClose(actual.slots, expected.slots, 1e-6);
    expectThat(Number.isFinite((await stepOf(3)).loss), 'training can go on', 'a loss that is not finite');
  } finally {
    trainer.dispose();
    good.dispose();
  }
}

/** Gradients that are not finite are refused as they are made; finite ones whose update is not, by the update. */
async function checkHalves(backend: Backend): Promise<void> {
  const trainer = await createTrainer({ model, loss: rmse, optimizer: adam({ lr: 0.1 }), backend, seed: 3 });
  const refused = async (attempt: Promise<unknown>, words: readonly string[]): Promise<void> => {
    const error = await attempt.then(() => 'nothing was refused').catch((e: unknown) => e);
    const said = String(error);
    expectThat(error instanceof NumericError && words.every((word) => said.includes(word)), words.join(', '), said);
  };
  try {
    await trainer.update(await trainer.gradients(tensor([[1]]), tensor([[2]])));
    const before = await trainer.state();
    const words = ['step 2', 'parameter weight'];
    await refused(trainer.gradients(tensor([[0]]), tensor([[0]])), words);
    // The square of this is more than a float32 can hold.
    await refused(trainer.update({ gradients: { weight: tensor([[1e30]]) }, weight: 1, assigned: {} }), words);
    const after = await trainer.state();
    expectClose(after.parameters, before.parameters, 0);
    expectClose(after.slots, before.slots, 0);
    expectThat(after.step === 1, 'one step is counted', after.step);
    await trainer.update(await trainer.gradients(tensor([[3]]), tensor([[1]])));
    const { step, parameters } = await trainer.state();
    expectThat(step === 2, 'training can go on', step);
    expectThat(Number.isFinite(parameters['weight']?.data[0]), 'a parameter that is finite', parameters['weight']);
  } finally {
    trainer.dispose();
  }
}
