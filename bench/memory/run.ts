import { onnx } from '@descent/backend-onnx';
import { createTrainer, crossEntropy, sgd } from '@descent/core';
import type { ArrayDataset } from '@descent/datasets';
import { descentModel, type LayerSpec } from '../lib/nets.ts';
import { median, slope } from '../lib/statistics.ts';

export interface MemoryResult {
  readonly steps: number;
  /** Resident memory in MB after so many steps, the warm-up left out. */
  readonly samples: readonly (readonly [step: number, megabytes: number])[];
  /** MB a thousand steps, by least squares. */
  readonly slope: number;
  /** Median of the last quarter of the samples less that of the first, in MB. */
  readonly growth: number;
}

// Small, so that many steps are quick; a step still makes every kind of buffer that a large one makes.
const LAYERS: readonly LayerSpec[] = [
  { kind: 'flatten' },
  { kind: 'linear', from: 784, to: 32 },
  { kind: 'relu' },
  { kind: 'linear', from: 32, to: 10 },
];
const BATCH_SIZE = 16;

/** Resident memory over many training steps. */
export async function benchMemory(dataset: ArrayDataset, steps: number): Promise<MemoryResult> {
  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({
    model: descentModel(LAYERS),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    backend,
  });
  const batches = Math.floor(dataset.length / BATCH_SIZE);
  const every = Math.max(1, Math.floor(steps / 80));
  const samples: [number, number][] = [];
  for (let step = 1; step <= steps; step++) {
    const at = (step % batches) * BATCH_SIZE;
    await trainer.step(
      {
        dtype: 'uint8',
        shape: [BATCH_SIZE, 1, 28, 28],
        data: (dataset.x.data as Uint8Array).subarray(at * 784, (at + BATCH_SIZE) * 784),
      },
      { dtype: 'int32', shape: [BATCH_SIZE], data: dataset.y.data.subarray(at, at + BATCH_SIZE) },
    );
    if (step % every === 0 && step > steps / 4) samples.push([step, process.memoryUsage.rss() / 2 ** 20]);
  }
  trainer.dispose();
  await backend.dispose();
  const quarter = Math.max(1, samples.length >> 2);
  const level = (part: readonly (readonly [number, number])[]): number =>
    median(part.map(([, megabytes]) => megabytes));
  return {
    steps,
    samples,
    slope: 1000 * slope(samples),
    growth: level(samples.slice(-quarter)) - level(samples.slice(0, quarter)),
  };
}

export function formatMemoryResult({ steps, samples, slope, growth }: MemoryResult): string {
  const sizes = samples.map(([, megabytes]) => megabytes);
  return (
    `Memory over ${steps} steps, from a quarter of them on: ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} MB, ` +
    `slope ${slope.toFixed(3)} MB a thousand steps, last quarter less first ${growth.toFixed(1)} MB`
  );
}
