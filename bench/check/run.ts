import { onnx } from '@descent/backend-onnx';
import {
  adam,
  type Backend,
  createTrainer,
  crossEntropy,
  type Node,
  type Optimizer,
  sgd,
  type Trainer,
} from '@descent/core';
import { graph } from '@descent/core/backend';
import type { ArrayDataset } from '@descent/datasets';
import { timeSteps } from '../lib/clock.ts';
import { descentModel, NETS } from '../lib/nets.ts';
import { median } from '../lib/statistics.ts';

export interface CheckResult {
  readonly optimizer: string;
  /** Medians of CPU milliseconds of an MLP step, with and without the check that all it writes is finite. */
  readonly checkedMs: number;
  readonly uncheckedMs: number;
  /** Median over the pairs of what the check adds to the median round, in terms of the step without it. */
  readonly share: number;
  readonly bar: number;
}

const BAR = 0.03;
const CHECK = 'check/written';
const WARM_STEPS = 20;
/** Few, so that what changes the machine's speed meanwhile meets both in a round alike. */
const STEPS_A_ROUND = 4;

/** CPU milliseconds of a step, with and without the check that all it writes is finite: of one round, or medians of many. */
interface Round {
  readonly checkedMs: number;
  readonly uncheckedMs: number;
}

/**
 * What it costs that each step of the MLP looks at all that it is about to write, side by side in one process: `rounds` rounds with each of
 * `pairs` pairs of trainers, since where a trainer's tensors lie in memory makes a percent of difference for as
 * long as it lives; each kind is made first in half of the pairs.
 */
export async function benchCheck(
  dataset: ArrayDataset,
  pairs: number,
  rounds: number,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const optimizer of [sgd({ lr: NETS.mlp.lr }), adam()]) {
    const measured: Round[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      measured.push(await measurePair(dataset, optimizer, rounds, pair % 2 === 0));
    }
    results.push({
      optimizer: optimizer.label,
      checkedMs: median(measured.map((t) => t.checkedMs)),
      uncheckedMs: median(measured.map((t) => t.uncheckedMs)),
      share: median(measured.map((t) => t.checkedMs / t.uncheckedMs)) - 1,
      bar: BAR,
    });
  }
  return results;
}

async function measurePair(
  dataset: ArrayDataset,
  optimizer: Optimizer,
  rounds: number,
  isCheckedFirst: boolean,
): Promise<Round> {
  const { layers, batchSize } = NETS.mlp;
  const backend = onnx({ threads: 1 });
  const make = (on: Backend): Promise<Trainer> =>
    createTrainer({ model: descentModel(layers), loss: crossEntropy(), optimizer, backend: on });
  const first = await make(isCheckedFirst ? backend : withoutCheck(backend));
  const second = await make(isCheckedFirst ? withoutCheck(backend) : backend);
  const [checked, unchecked] = isCheckedFirst ? [first, second] : [second, first];
  const x = { ...dataset.x, shape: [batchSize, 1, 28, 28], data: dataset.x.data.subarray(0, batchSize * 784) };
  const y = { ...dataset.y, shape: [batchSize], data: dataset.y.data.subarray(0, batchSize) };
  const run = async (trainer: Trainer, steps: number): Promise<number> => {
    const { cpuMs } = await timeSteps(steps, async () => {
      await trainer.step(x, y);
      return 1;
    });
    return cpuMs / steps;
  };
  try {
    for (const trainer of [checked, unchecked]) await run(trainer, WARM_STEPS);
    const measured: Round[] = [];
    for (let i = 0; i < rounds; i++) {
      // Each goes first in half of the rounds.
      const before = i % 2 === 0 ? 0 : await run(unchecked, STEPS_A_ROUND);
      const checkedMs = await run(checked, STEPS_A_ROUND);
      measured.push({ checkedMs, uncheckedMs: i % 2 === 0 ? await run(unchecked, STEPS_A_ROUND) : before });
    }
    return {
      checkedMs: median(measured.map((t) => t.checkedMs)),
      uncheckedMs: median(measured.map((t) => t.uncheckedMs)),
    };
  } finally {
    checked.dispose();
    unchecked.dispose();
    await backend.dispose();
  }
}

/** The same backend, which leaves of the check only the results that lie in it: it gives the loss. */
function withoutCheck(backend: Backend): Backend {
  return {
    ...backend,
    compile(program) {
      const outputs = [...program.graph.outputs].map(([name, node]) => {
        if (name !== CHECK) return [name, node] as const;
        // The loss alone, as a vector, and nothing that is looked at.
        return [name, node.inputs[0] as Node] as const;
      });
      return backend.compile({ ...program, graph: graph(new Map(outputs)) });
    },
  };
}

export function formatCheckResult({ optimizer, checkedMs, uncheckedMs, share, bar }: CheckResult): string {
  return (
    `Check that all is finite in an MLP step with ${optimizer}: ${(100 * share).toFixed(2)} % ` +
    `(${checkedMs.toFixed(3)} and ${uncheckedMs.toFixed(3)} ms), bar ${100 * bar} %: ${share < bar ? 'met' : 'NOT MET'}`
  );
}
