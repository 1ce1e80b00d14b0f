import { readFile, stat } from 'node:fs/promises';
import { BackendError, DYNAMIC, formatShape, type NDArray, numel, ValueError } from '@descent/core';
import { lifetime } from '@descent/core/backend';
import { type ModelMetadata, readMetadata } from '../export/metadata.ts';
import { createSession, defaultThreads, expectThreads, loadRuntime } from '../session.ts';
import { toArray, toTensor } from '../tensors.ts';
import { describeModel, type Port } from './read-model.ts';

/** ONNX files are limited to 2 GB by their format. */
const MAX_BYTES = 2 ** 31;

export interface LoadOptions {
  /** Default: as many as the process has cores. */
  readonly threads?: number;
}

/** A class with its probability. */
export interface Prediction {
  readonly index: number;
  /** The class name kept in the file, else the index as text. */
  readonly label: string;
  readonly probability: number;
}

/** An ONNX file, ready to be asked. */
export interface OnnxModelFile extends ModelMetadata {
  readonly input: Port;
  readonly output: Port;
  /** `[batch, …] → [batch, …]`; any batch size unless the file fixes it. Throws a `BackendError` when `x` does not fit. */
  predict(x: NDArray): Promise<NDArray>;
  /**
   * The `k` most probable classes of each sample, best first. Logits are turned into probabilities. Default k: 5, or all when fewer.
   * @throws BackendError when the output is not `[batch, classes]`.
   */
  topK(x: NDArray, k?: number): Promise<readonly (readonly Prediction[])[]>;
  dispose(): void;
}

/**
 * Opens an ONNX file, given by its path or its bytes: one that `exportOnnx` wrote, or any other with one input and one output. Files are
 * data: nothing in them is executed but ONNX operators, and nothing outside them is read.
 * @throws BackendError naming the file when it is missing or not a model that ONNX Runtime can run.
 */
export async function loadOnnx(
  source: string | Uint8Array,
  { threads = defaultThreads() }: LoadOptions = {},
): Promise<OnnxModelFile> {
  expectThreads(threads);
  const path = typeof source === 'string' ? source : 'the model';
  const bytes = typeof source === 'string' ? await readModelFile(source) : source;
  const { input, output, metadata } = describeModel(bytes, path);
  const runtime = await loadRuntime();
  const session = await createSession(runtime, bytes, { threads, spinning: false, graphOptimizationLevel: 'extended' });
  const alive = lifetime(`the model ${path}`);
  const info = readMetadata(metadata);

  const predict = async (x: NDArray): Promise<NDArray> => {
    alive.check();
    expectFits(path, input, x);
    const results = await session.run({ [input.name]: toTensor(runtime, x) });
    return toArray(results[output.name] as never);
  };

  return {
    ...info,
    input,
    output,
    predict,
    async topK(x, k = 5) {
      if (!Number.isInteger(k) || k < 1)
        throw new ValueError('topK takes a number of classes', {
          path: 'k',
          received: String(k),
          expected: 'an integer of at least 1',
        });
      const y = await predict(x);
      if (y.shape.length !== 2) {
        throw new BackendError('topK needs an output of one row of classes a sample', {
          path,
          received: formatShape(y.shape),
          expected: '[batch, classes]',
        });
      }
      const classes = y.shape[1] as number;
      const rows = Array.from({ length: y.shape[0] as number }, (_, i) =>
        Array.from(y.data.subarray(i * classes, (i + 1) * classes) as Float32Array),
      );
      return rows.map((row) => best(info.outputKind === 'probabilities' ? row : softmax(row), k, info.labels));
    },
    dispose() {
      alive.end();
      void session.release();
    },
  };
}

function best(
  probabilities: readonly number[],
  k: number,
  labels: readonly string[] | undefined,
): readonly Prediction[] {
  return probabilities
    .map((probability, index) => ({ index, label: labels?.[index] ?? String(index), probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, k);
}

function softmax(logits: readonly number[]): readonly number[] {
  const largest = logits.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
  const exps = logits.map((v) => Math.exp(v - largest));
  const sum = exps.reduce((s, v) => s + v, 0);
  return exps.map((v) => v / sum);
}

function expectFits(path: string, { name, dtype, shape }: Port, x: NDArray): void {
  const fits =
    x.dtype === dtype && x.shape.length === shape.length && shape.every((d, i) => d === DYNAMIC || d === x.shape[i]);
  if (fits && x.data.length === numel(x.shape)) return;
  throw new BackendError(`the model's input '${name}' does not fit`, {
    path,
    received: `${x.dtype}${formatShape(x.shape)}`,
    expected: `${dtype}${formatShape(shape)}`,
    fix: x.dtype === dtype ? 'resize the samples to what the model was trained on' : `give the values as ${dtype}`,
  });
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readFile(path);
    throw new BackendError('the file is too large for an ONNX model', {
      path,
      received: `${size} bytes`,
      expected: `at most ${MAX_BYTES}`,
    });
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    throw new BackendError('the model file cannot be read', {
      path,
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'check the path',
      cause,
    });
  }
}
