import {
  BackendError,
  describeValue,
  expectOptions,
  type NDArray,
  type OutputKind,
  type Prediction,
  prefixPath,
  topK,
  ValueError,
} from '@descent/core';
import { expectWorker, lifetime, type WorkerOption } from '@descent/core/backend';
import type { DeviceName, Fallback, WasmPaths } from '../device/names.ts';
import { deviceOptions } from '../device/options.ts';
import type { ModelMetadata } from '../export/metadata.ts';
import { expectSource } from './expect-source.ts';
import { modelName } from './model-name.ts';
import { openFile } from './open-file.ts';
import type { OpenedFile } from './opened-file.ts';
import type { FilePort, Port } from './ports.ts';

export interface LoadOptions {
  /** Where the model runs. Default: `'cpu'` in Node, `'wasm'` in browsers. */
  readonly device?: DeviceName;
  /** Default: as many as the process has cores; in WebAssembly as `onnx()` has it. */
  readonly threads?: number;
  /** Whether threads keep a core busy while they wait for the next operator, as for `onnx()`; of `'cpu'`. Default true. */
  readonly spinning?: boolean;
  /** Where the files of onnxruntime-web are served from, as for `onnx()`. */
  readonly wasmPaths?: WasmPaths;
  /** Which of several graphics devices, as for `onnx()`. */
  readonly deviceId?: number;
  /** Whether a part of the model that the device cannot run may run on the processor. Default `'refuse'`. */
  readonly fallback?: Fallback;
  /**
   * The content of files that hold weights, by the name that the model gives them, such as `model.onnx.data`. What is not given is read
   * from the folder of the model, and from nowhere else; a model given as bytes has no folder.
   */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /**
   * Open and run the model in a worker, as for `onnx()`: ONNX Runtime blocks the thread it runs in, so the event loop of a server stays free, and a page
   * smooth, only then. Inputs are copied unless `run` is told to move them, runs are made one after the other, and `dispose` ends the worker. Costs about 0.2 ms a run. A worker
   * of yours must not be terminated in the middle of a run: onnxruntime-node ends the process then. Default false.
   */
  readonly worker?: false | WorkerOption;
}

/** Of one run. */
export interface RunOptions {
  /**
   * With `worker`: whether the memory of the feeds goes along to it instead of being copied. They are empty afterwards, and so is everything else that lies
   * in the same memory. Default false.
   */
  readonly move?: boolean;
}

/** An ONNX file, ready to be asked. */
export interface OnnxModelFile extends ModelMetadata {
  /** The first of `inputs`; most models have one. */
  readonly input: Port;
  /** The first of `outputs`. */
  readonly output: Port;
  /** What must be fed; inputs that the file gives a value are not among them. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** What the numbers of `output` are, found from the last operators of the file and from what Descent wrote into it. */
  readonly outputKind: OutputKind;
  /**
   * `[batch, …] → [batch, …]`; any batch size unless the file fixes it. For models of one input and one output.
   * @throws BackendError when `x` does not fit, when the model has several inputs or outputs, or when ONNX Runtime gives up.
   */
  predict(x: NDArray): Promise<NDArray>;
  /** As `predict`, for models with any number of inputs and outputs, by their names. */
  run(feeds: Readonly<Record<string, NDArray>>, options?: RunOptions): Promise<Readonly<Record<string, NDArray>>>;
  /**
   * The `k` most probable classes of each sample, best first. Logits are turned into probabilities, probabilities stay as
   * they are, and one number a sample tells two classes apart. Default k: 5, or all when fewer.
   * @throws ShapeError when the output is not `[batch, classes]`, ValueError when it is not classes or `k` is not an integer of at least 1.
   */
  topK(x: NDArray, k?: number): Promise<readonly (readonly Prediction[])[]>;
  /** Frees the model, and ends its worker, when what runs has ended. */
  dispose(): void;
}

/**
 * Opens an ONNX file, given by its path or its bytes: one that `exportOnnx` wrote, or any other. Element types that Descent does not have
 * are converted: float16 and float64 to and from float32, other integers to and from int32; a number that does not fit is refused.
 * Files are data: nothing in them is executed but ONNX operators, and nothing is read but the file and the weights beside it.
 * @throws BackendError naming the file when it is missing, damaged, incomplete, or not a model that ONNX Runtime can run.
 */
export async function loadOnnx(source: string | Uint8Array, options: LoadOptions = {}): Promise<OnnxModelFile> {
  expectOptions('loadOnnx', options, OPTIONS);
  const { worker = false, ...here } = options;
  const { externalData = {}, ...given } = here;
  const device = deviceOptions(given);
  expectSource('loadOnnx', source, externalData);
  const file =
    worker === false ? await openFile(source, externalData, device) : await openInWorker(source, here, worker);
  return modelFile(file, modelName(source));
}

const OPTIONS: readonly string[] = [
  ...['device', 'threads', 'spinning', 'wasmPaths', 'deviceId', 'fallback', 'externalData', 'worker'],
];

async function openInWorker(
  source: string | Uint8Array,
  options: Omit<LoadOptions, 'worker'>,
  worker: WorkerOption,
): Promise<OpenedFile> {
  expectWorker(worker);
  const { openRemoteFile } = await import('../worker/remote-file.ts');
  return openRemoteFile(source, options, worker);
}

function modelFile({ inputs, outputs, info, run, close }: OpenedFile, path: string): OnnxModelFile {
  const alive = lifetime(`the model ${path}`);
  const isSingle = inputs.length === 1 && outputs.length === 1;
  const [input, output] = [inputs[0].name, outputs[0].name];
  const predict = async (x: NDArray): Promise<NDArray> => {
    alive.check();
    if (!isSingle) throw severalPorts(inputs, outputs, path);
    return (await run({ [input]: x }))[output] as NDArray;
  };
  return {
    ...info,
    input: shown(inputs[0]),
    output: shown(outputs[0]),
    inputs: inputs.map(shown),
    outputs: outputs.map(shown),
    async run(feeds, options = {}) {
      alive.check();
      expectOptions('run', options, ['move']);
      const { move = false } = options;
      if (typeof move !== 'boolean') {
        throw new ValueError('move is neither true nor false', {
          path: 'move',
          received: describeValue(move),
          expected: 'true or false',
        });
      }
      expectNames(inputs, feeds, path);
      return run(feeds, move);
    },
    predict,
    async topK(x, k = 5) {
      const { labels = [], outputKind } = info;
      try {
        return topK(await predict(x), { k, labels, output: outputKind });
      } catch (error) {
        throw error instanceof BackendError ? error : prefixPath(error, path);
      }
    },
    dispose() {
      alive.end();
      close();
    },
  };
}

function shown({ axes: _, ...port }: FilePort): Port {
  return port;
}

function expectNames(inputs: readonly Port[], feeds: unknown, path: string): void {
  const wanted = inputs.map((p) => p.name);
  const given = typeof feeds === 'object' && feeds !== null ? Object.keys(feeds) : [];
  if (wanted.every((n) => given.includes(n)) && given.every((n) => wanted.includes(n))) return;
  throw new BackendError('the model takes other inputs', {
    path,
    received: given.join(', ') || 'none',
    expected: wanted.join(', '),
    fix: 'give one array for each of these names',
  });
}

function severalPorts(inputs: readonly Port[], outputs: readonly Port[], path: string): BackendError {
  const names = (ports: readonly Port[]): string => ports.map((p) => p.name).join(', ');
  return new BackendError('the model has several inputs or outputs', {
    path,
    received: `predict() for inputs ${names(inputs)} and outputs ${names(outputs)}`,
    expected: 'one of each',
    fix: `call run({ ${inputs.map((p) => `'${p.name}': …`).join(', ')} }), which takes and gives them by name`,
  });
}
