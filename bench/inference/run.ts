import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, loadOnnx, onnx } from '@descent/backend-onnx';
import { createPredictor, initParameters, type NDArray, ndarray, numel } from '@descent/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { timeSteps } from '../lib/clock.ts';
import { median, rotated } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import { INFERENCE_NETS, type InferenceNet } from './nets.ts';

/** How a batch is predicted. */
const WAYS = ['onnxruntime', 'loadOnnx', 'createPredictor'] as const;
type Way = (typeof WAYS)[number];

export interface InferenceResult {
  readonly net: string;
  readonly batch: number;
  readonly rows: readonly InferenceRow[];
  /** What the ratios must not exceed. */
  readonly bar: number;
}

export interface InferenceRow {
  readonly way: Way;
  /** Medians over the rounds, of a prediction. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** CPU time in terms of ONNX Runtime's by itself in the same round: median, and least. */
  readonly ratio: number;
  readonly leastRatio: number;
  /** Largest difference from what ONNX Runtime by itself gives, in terms of the largest output. */
  readonly difference: number;
}

export interface BlockResult {
  readonly images: number;
  /** Milliseconds for which the event loop stood still while they were predicted: medians. */
  readonly hereMs: number;
  readonly workerMs: number;
}

export interface InferenceOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly onProgress: (line: string) => void;
}

export interface InferenceReport {
  readonly results: readonly InferenceResult[];
  readonly block: BlockResult;
}

export const INFERENCE_BAR = 1.05;
const BATCHES = [1, 64, 1000];
const QUICK_BATCHES = [1, 64];
/** A chunk of predictions takes about so long, or is one prediction. */
const CHUNK_MS = 20;
/** Before anything is measured: V8 compiles what is called often. */
const WARM_MS = 400;
const DIFFERENCE_BAR = 1e-4;
const BLOCK_IMAGES = 8000;

type Predict = (x: NDArray) => Promise<ArrayLike<number>>;

/** Predictions by us and by ONNX Runtime itself on the exported file, on one thread, in turns. */
export async function benchInference({ rounds, quick, onProgress }: InferenceOptions): Promise<InferenceReport> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-inference-'));
  try {
    const results: InferenceResult[] = [];
    for (const [name, make] of Object.entries(INFERENCE_NETS)) {
      const net = make();
      const path = join(folder, `${name}.onnx`);
      const opened = await open(net, path);
      for (const batch of quick ? QUICK_BATCHES : BATCHES) {
        onProgress(`inference: ${net.title}, batches of ${batch}`);
        results.push(await measure(net, batch, opened.ways, rounds));
      }
      await opened.close();
    }
    onProgress('inference: the event loop');
    return { results, block: await measureBlock(join(folder, 'lenet.onnx'), quick ? 3 : 7) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Opened {
  readonly ways: Readonly<Record<Way, Predict>>;
  close(): Promise<void>;
}

async function open({ model, sample }: InferenceNet, path: string): Promise<Opened> {
  const parameters = initParameters(model, 1);
  await exportOnnx(model, { parameters, sample, path, output: 'logits' });
  const threads = 1;
  const session = await InferenceSession.create(path, { intraOpNumThreads: threads });
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  const file = await loadOnnx(path, { threads });
  const backend = onnx({ threads });
  const predictor = await createPredictor({ model, parameters, sample, backend, output: 'logits' });
  return {
    ways: {
      async onnxruntime({ dtype, shape, data }) {
        const results = await session.run({ [input]: new Tensor(dtype, data as Float32Array, shape) });
        return (results[output] as Tensor).data as Float32Array;
      },
      loadOnnx: async (x) => (await file.predict(x)).data,
      createPredictor: async (x) => (await predictor.predict(x)).data,
    },
    async close() {
      await session.release();
      file.dispose();
      await backend.dispose();
    },
  };
}

interface Chunk {
  readonly cpuMs: number;
  readonly wallMs: number;
}

async function measure(
  { title, sample }: InferenceNet,
  batch: number,
  ways: Opened['ways'],
  rounds: number,
): Promise<InferenceResult> {
  const x = samples(sample, batch);
  const outputs = {} as Record<Way, ArrayLike<number>>;
  let runs = 1;
  for (const way of WAYS) {
    outputs[way] = await ways[way](x);
    const start = performance.now();
    let count = 0;
    for (; count === 0 || performance.now() - start < WARM_MS; count++) await ways[way](x);
    if (way === 'onnxruntime') runs = Math.max(1, Math.round((count * CHUNK_MS) / (performance.now() - start)));
  }
  const chunks: Record<Way, Chunk[]> = { onnxruntime: [], loadOnnx: [], createPredictor: [] };
  for (let i = 0; i < rounds; i++) {
    for (const way of rotated(WAYS, i)) {
      const { cpuMs, wallMs } = await timeSteps(runs, async () => {
        await ways[way](x);
        return 1;
      });
      chunks[way].push({ cpuMs: cpuMs / runs, wallMs: wallMs / runs });
    }
  }
  const rows = WAYS.map((way): InferenceRow => {
    const ratios = chunks[way].map(({ cpuMs }, i) => cpuMs / (chunks.onnxruntime[i] as Chunk).cpuMs);
    return {
      way,
      cpuMs: median(chunks[way].map((c) => c.cpuMs)),
      wallMs: median(chunks[way].map((c) => c.wallMs)),
      ratio: median(ratios),
      leastRatio: least(chunks[way]) / least(chunks.onnxruntime),
      difference: differenceOf(outputs[way], outputs.onnxruntime),
    };
  });
  return { net: title, batch, rows, bar: INFERENCE_BAR };
}

function least(chunks: readonly Chunk[]): number {
  return Math.min(...chunks.map(({ cpuMs }) => cpuMs));
}

function samples({ shape, dtype }: InferenceNet['sample'], batch: number): NDArray {
  const all = [batch, ...shape];
  const numbers = { length: numel(all) };
  if (dtype === 'float32')
    return ndarray(
      dtype,
      all,
      Float32Array.from(numbers, (_, i) => Math.sin(i)),
    );
  if (dtype === 'int32')
    return ndarray(
      dtype,
      all,
      Int32Array.from(numbers, (_, i) => (i * 7) % 100),
    );
  return ndarray(
    'uint8',
    all,
    Uint8Array.from(numbers, (_, i) => i * 7),
  );
}

function differenceOf(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const numbers = Array.from(wanted);
  const scale = numbers.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return numbers.reduce((most, v, i) => Math.max(most, Math.abs(v - (actual[i] as number))), 0) / scale;
}

/** For how long the event loop stands still while LeNet predicts many images at once, in this thread and in a worker. */
async function measureBlock(path: string, times: number): Promise<BlockResult> {
  const x = samples({ shape: [1, 28, 28], dtype: 'uint8' }, BLOCK_IMAGES);
  const longest = async (worker: boolean): Promise<number> => {
    const file = await loadOnnx(path, { worker, threads: 1 });
    await file.predict(samples({ shape: [1, 28, 28], dtype: 'uint8' }, 1));
    const blocks: number[] = [];
    for (let i = 0; i < times; i++) blocks.push(await blockOf(() => file.predict(x)));
    file.dispose();
    return median(blocks);
  };
  return { images: BLOCK_IMAGES, hereMs: await longest(false), workerMs: await longest(true) };
}

async function blockOf(work: () => Promise<unknown>): Promise<number> {
  let [last, most] = [performance.now(), 0];
  const look = (): void => {
    const now = performance.now();
    most = Math.max(most, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return most;
}

export function formatInferenceReport({ results, block }: InferenceReport): string {
  const rows = results.flatMap(({ net, batch, rows: ways, bar }) =>
    ways.map(({ way, cpuMs, wallMs, ratio, leastRatio, difference }) => [
      `${net}, ${batch}`,
      way,
      formatMs(cpuMs),
      formatMs(wallMs),
      formatRatio(ratio),
      formatRatio(leastRatio),
      `${way === 'onnxruntime' ? '' : ratio <= bar ? 'met' : 'NOT MET'}${difference > DIFFERENCE_BAR ? ' OTHER NUMBERS' : ''}`,
    ]),
  );
  const header = ['network, batch', 'by', 'CPU ms', 'wall ms', 'ratio', 'of minima', `bar ${INFERENCE_BAR}`];
  const { images, hereMs, workerMs } = block;
  return [
    'Predictions on one thread, in terms of ONNX Runtime by itself on the exported file',
    formatTable(header, rows),
    '',
    `The event loop stands still for ${formatMs(hereMs)} ms while LeNet predicts ${images} images, with worker: true for ${formatMs(workerMs)} ms.`,
  ].join('\n');
}
