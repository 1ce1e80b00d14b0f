import type { OnnxModelFile } from '../inference/load-onnx.ts';
import { batches, fixedBatch, type NamedSamples } from './samples.ts';

/** Milliseconds for one batch with one thread of ONNX Runtime, the least of several turns. */
export interface Speed {
  readonly before: number;
  readonly after: number;
  /** How many times as fast: above 1, the quantised file is the faster one. */
  readonly ratio: number;
  /** Samples in the batch. */
  readonly batch: number;
}

const BATCH = 16;
const ROUNDS = 12;
/** Turns end after so many milliseconds, once there were three. */
const ENOUGH = 1500;

/** The two files in turns, so that what else the machine does falls on both. */
export async function measured(
  before: OnnxModelFile,
  after: OnnxModelFile,
  samples: NamedSamples,
): Promise<Speed | null> {
  const fixed = fixedBatch(before);
  const [feeds] = batches(samples, fixed ?? BATCH, fixed !== null);
  if (feeds === undefined) return null;
  const time = async (file: OnnxModelFile): Promise<number> => {
    const start = performance.now();
    await file.run(feeds);
    return performance.now() - start;
  };
  let [a, b] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const start = performance.now();
  for (let round = 0; round < ROUNDS && (round < 3 || performance.now() - start < ENOUGH); round++) {
    a = Math.min(a, await time(before));
    b = Math.min(b, await time(after));
  }
  return { before: a, after: b, ratio: a / b, batch: Object.values(feeds)[0]?.shape[0] ?? 1 };
}
