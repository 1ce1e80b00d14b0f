// The same config on every backend that works here, step by step.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import type { Backend, Batch, NDArray } from '@descent/core';
import { type ArrayDataset, loader, mnistSample } from '@descent/datasets';
import { formatTable } from '../lib/table.ts';
import { BATCH, type Comparison, compareCurves, JOBS, SEED, STEPS, trainCurve } from './curves.ts';

/** What every backend trains on, in order, and is evaluated on. */
export interface ParityData {
  readonly batches: readonly Batch[];
  readonly held: readonly Batch[];
}

/** `STEPS` shuffled batches of the MNIST sample, and its test images. */
export async function parityData(): Promise<ParityData> {
  const [train, test] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  return { batches: shuffled(train), held: [...loader(test, { batchSize: 250 }).epoch(0)] };
}

function shuffled(train: ArrayDataset): readonly Batch[] {
  const batches: Batch[] = [];
  for (const batch of loader(train, { batchSize: BATCH, shuffle: true, seed: SEED, dropLast: true })) {
    batches.push(batch);
    if (batches.length === STEPS) break;
  }
  return batches;
}

/** The backends that work here; the first is what the others are compared with. `report` gets a line for one that does not. */
export async function parityBackends(report: (line: string) => void): Promise<readonly Backend[]> {
  const backends = [onnx({ threads: 1 }), await tfjs({ engine: 'wasm' }), onnx({ device: 'wasm' })];
  try {
    // `DESCENT_TENSORFLOW` names a folder with TensorFlow, as in the tests of the backend; else what was built before is found.
    const libtensorflow = process.env['DESCENT_TENSORFLOW'];
    backends.push(await tfjs({ engine: 'node', ...(libtensorflow !== undefined && { libtensorflow }) }));
  } catch (error) {
    report(`tfjs:node is left out: ${(error as Error).message}`);
  }
  return backends;
}

/** Every job on every backend, compared with the first. */
export async function benchParity(): Promise<readonly Comparison[]> {
  const { batches, held } = await parityData();
  const [first, ...others] = (await parityBackends(console.log)) as readonly [Backend, ...Backend[]];
  const comparisons: Comparison[] = [];
  for (const job of JOBS) {
    const base = await trainCurve(job, first, batches, held);
    for (const backend of others)
      comparisons.push(compareCurves(job, base, await trainCurve(job, backend, batches, held)));
  }
  for (const backend of [first, ...others]) await backend.dispose();
  return comparisons;
}

/** Largest absolute difference of two arrays of one shape. */
export function largestDifference(a: NDArray, b: NDArray): number {
  let largest = 0;
  for (const [i, v] of a.data.entries()) largest = Math.max(largest, Math.abs(v - (b.data[i] as number)));
  return largest;
}

export function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((c) => [
    c.job,
    c.backend,
    c.atStep10.toExponential(1),
    c.atStep100.toExponential(1),
    `${(100 * c.accuracyDifference).toFixed(2)} %`,
  ]);
  const table = formatTable(['network', 'backend', 'loss at step 10', 'loss at step 100', 'accuracy'], rows);
  return `One seed on each backend: relative differences from onnx:cpu\n${table}`;
}
