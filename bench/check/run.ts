import { onnx } from '@descent/backend-onnx';
import { adam, type Backend, createTrainer, crossEntropy, type Optimizer, sgd, type Trainer } from '@descent/core';
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
  /** Median over the rounds of what the check adds, in terms of the step without it. */
  readonly share: number;
  readonly bar: number;
}

const BAR = 0.03;
const WARM_STEPS = 20;
const STEPS_A_ROUND = 20;

/** What it costs that each step of the MLP looks at all that it is about to write, side by side in one process. */
export async function benchCheck(dataset: ArrayDataset, rounds: number): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const optimizer of [sgd({ lr: NETS.mlp.lr }), adam()]) results.push(await measure(dataset, optimizer, rounds));
  return results;
}

async function measure(dataset: ArrayDataset, optimizer: Optimizer, rounds: number): Promise<CheckResult> {
  const { layers, batchSize } = NETS.mlp;
  const backend = onnx({ threads: 1 });
  const make = (on: Backend): Promise<Trainer> =>
    createTrainer({ model: descentModel(layers), loss: crossEntropy(), optimizer, backend: on });
  const [checked, unchecked] = [await make(backend), await make(withoutCheck(backend))];
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
    const times: { readonly checkedMs: number; readonly uncheckedMs: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      // Each goes first in half of the rounds.
      const first = await run(i % 2 === 0 ? checked : unchecked, STEPS_A_ROUND);
      const second = await run(i % 2 === 0 ? unchecked : checked, STEPS_A_ROUND);
      times.push(i % 2 === 0 ? { checkedMs: first, uncheckedMs: second } : { checkedMs: second, uncheckedMs: first });
    }
    return {
      optimizer: optimizer.label,
      checkedMs: median(times.map((t) => t.checkedMs)),
      uncheckedMs: median(times.map((t) => t.uncheckedMs)),
      share: median(times.map((t) => t.checkedMs / t.uncheckedMs)) - 1,
      bar: BAR,
    };
  } finally {
    checked.dispose();
    unchecked.dispose();
    await backend.dispose();
  }
}

/** The same backend, which leaves out the result that shows whether all is finite. */
function withoutCheck(backend: Backend): Backend {
  return {
    ...backend,
    compile(program) {
      const outputs = [...program.graph.outputs].filter(([name]) => !name.startsWith('check/'));
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
