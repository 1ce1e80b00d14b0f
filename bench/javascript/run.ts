import { onnx } from '@descent/backend-onnx';
import { createTrainer, crossEntropy, sgd } from '@descent/core';
import type { ArrayDataset } from '@descent/datasets';
import { InferenceSession } from 'onnxruntime-node';
import { idle } from '../lib/clock.ts';
import { descentModel, NETS } from '../lib/nets.ts';
import { median } from '../lib/statistics.ts';

export interface JavaScriptResult {
  readonly threads: number;
  /** Medians of a LeNet step in ms, and of the part of it outside of `InferenceSession.run`. */
  readonly stepMs: number;
  readonly outsideMs: number;
  readonly share: number;
  readonly bar: number;
}

const BAR = 0.05;
const WARM_STEPS = 10;
const STEPS_A_BURST = 5;
const IDLE_MS = 300;

/** How much of a LeNet step is spent outside of ONNX Runtime. */
export async function benchJavaScript(
  dataset: ArrayDataset,
  threads: number,
  bursts: number,
): Promise<JavaScriptResult> {
  const { layers, batchSize, lr } = NETS.lenet;
  let insideMs = 0;
  const restore = timeRuns((ms) => {
    insideMs += ms;
  });
  const backend = onnx({ threads });
  try {
    const trainer = await createTrainer({
      model: descentModel(layers),
      loss: crossEntropy(),
      optimizer: sgd({ lr }),
      backend,
    });
    const batches = Math.floor(dataset.length / batchSize);
    const totals: number[] = [];
    const outsides: number[] = [];
    for (let i = 0; i < WARM_STEPS + bursts * STEPS_A_BURST; i++) {
      if (i % STEPS_A_BURST === 0) await idle(IDLE_MS);
      const at = (i % batches) * batchSize;
      const pixels = (dataset.x.data as Uint8Array).subarray(at * 784, (at + batchSize) * 784);
      insideMs = 0;
      const start = performance.now();
      await trainer.step(
        { dtype: 'uint8', shape: [batchSize, 1, 28, 28], data: pixels },
        { dtype: 'int32', shape: [batchSize], data: dataset.y.data.subarray(at, at + batchSize) },
      );
      const total = performance.now() - start;
      if (i < WARM_STEPS) continue;
      totals.push(total);
      outsides.push(total - insideMs);
    }
    trainer.dispose();
    const share = median(totals.map((total, i) => (outsides[i] as number) / total));
    return { threads, stepMs: median(totals), outsideMs: median(outsides), share, bar: BAR };
  } finally {
    restore();
    await backend.dispose();
  }
}

/** Reports the time of every run of every session that is opened from now on, until the result is called. */
function timeRuns(report: (ms: number) => void): () => void {
  const original = InferenceSession.create;
  const create = async (...words: Parameters<typeof original>): Promise<InferenceSession> => {
    const session = await original.apply(InferenceSession, words);
    const run = session.run.bind(session);
    const timed: typeof session.run = async (...feeds: unknown[]) => {
      const start = performance.now();
      const results = await (run as (...words: unknown[]) => ReturnType<typeof run>)(...feeds);
      report(performance.now() - start);
      return results;
    };
    return Object.assign(session, { run: timed });
  };
  Object.assign(InferenceSession, { create });
  return () => Object.assign(InferenceSession, { create: original });
}

export function formatJavaScriptResult({ threads, stepMs, outsideMs, share, bar }: JavaScriptResult): string {
  return (
    `JavaScript outside of run() in a LeNet step at ${threads} thread(s): ${(100 * share).toFixed(2)} % ` +
    `(${outsideMs.toFixed(3)} of ${stepMs.toFixed(2)} ms), bar ${100 * bar} %: ${share < bar ? 'met' : 'NOT MET'}`
  );
}
