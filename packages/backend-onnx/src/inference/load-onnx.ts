import { readFile, stat } from 'node:fs/promises';
import {
  BackendError,
  DYNAMIC,
  formatShape,
  type NDArray,
  numel,
  type Prediction,
  prefixPath,
  ShapeError,
  topK,
} from '@descent/core';
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

/** An ONNX file, ready to be asked. */
export interface OnnxModelFile extends ModelMetadata {
  readonly input: Port;
  readonly output: Port;
  /** `[batch, …] → [batch, …]`; any batch size unless the file fixes it. Throws a `BackendError` when `x` does not fit. */
  predict(x: NDArray): Promise<NDArray>;
  /**
   * The `k` most probable classes of each sample, best first. Logits are turned into probabilities. Default k: 5, or all when fewer.
   * @throws ShapeError when the output is not `[batch, classes]`, ValueError when `k` is not an integer of at least 1.
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
      const { labels = [], outputKind } = info;
      try {
        return topK(await predict(x), { k, labels, output: outputKind === 'probabilities' ? outputKind : 'logits' });
      } catch (error) {
        throw error instanceof ShapeError ? prefixPath(error, path) : error;
      }
    },
    dispose() {
      alive.end();
      void session.release();
    },
  };
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
