import {
  type Backend,
  createTrainer,
  crossEntropy,
  initParameters,
  type Parameters,
  sgd,
  type Trainer,
} from '@descent/core';
import { descentModel } from '../lib/nets.ts';
import { batchCounter, batchFrom, batchOf, type Engine, type EngineFactory, type Task } from './engine.ts';

/** What `fit` aims at when it puts several steps into one run of the backend. */
const RUN_MS = 50;
const MAX_STEPS_PER_RUN = 64;

/** A loop of `trainer.step(x, y)` on a backend, as in hand-written training. */
export function descentStep(open: (threads: number) => Backend | Promise<Backend>): EngineFactory {
  return async (task) => {
    const trainer = await trainerOf(task, await open(task.threads));
    const nextBatch = batchCounter(task);
    return {
      stepsPerRun: 1,
      async run() {
        const { x, y } = batchOf(task, nextBatch());
        return [(await trainer.step(x, y)).loss];
      },
    };
  };
}

/** Data on the device, batches gathered in the graph, several steps in one run: what `fit` does with a `loader`. */
export async function fitOn(task: Task, backend: Backend): Promise<Engine> {
  const trainer = await trainerOf(task, backend);
  const { batchSize, data } = task;
  const resident = await trainer.resident(batchFrom(task, 0, Math.floor(data.count / batchSize) * batchSize));
  const nextBatch = batchCounter(task);
  const run = async (steps: number): Promise<readonly number[]> => {
    const rows = new Uint32Array(steps * batchSize);
    for (let i = 0; i < steps; i++) {
      const start = nextBatch() * batchSize;
      for (let j = 0; j < batchSize; j++) rows[i * batchSize + j] = start + j;
    }
    return (await resident.train(rows, batchSize)).map(({ loss }) => loss);
  };
  return paced(run);
}

/** Makes the first runs step by step, so that their losses can be compared, then as many steps a run as fit in `RUN_MS`. */
function paced(run: (steps: number) => Promise<readonly number[]>): Engine {
  const single: number[] = [];
  let stepsPerRun = 1;
  return {
    get stepsPerRun() {
      return stepsPerRun;
    },
    async run() {
      if (stepsPerRun > 1 || single.length > 5) return run(stepsPerRun);
      const start = performance.now();
      const losses = await run(1);
      single.push(performance.now() - start);
      if (single.length === 5) {
        stepsPerRun = Math.max(1, Math.min(MAX_STEPS_PER_RUN, Math.round(RUN_MS / Math.min(...single))));
      }
      return losses;
    },
  };
}

export function trainerOf({ layers, lr, weights }: Task, backend: Backend): Promise<Trainer> {
  const model = descentModel(layers);
  const parameters: Parameters = Object.fromEntries(
    Object.entries(initParameters(model, 0)).map(([name, { shape }], i) => [
      name,
      { dtype: 'float32', shape, data: weights[i] as Float32Array },
    ]),
  );
  return createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr }), backend, parameters });
}
