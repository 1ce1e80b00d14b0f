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
import { lifetime } from '@descent/core/backend';
import { filesBeside, readModelFile } from '#files';
import { type Device, openDevice } from '../device/device.ts';
import type { DeviceName, Fallback, WasmPaths } from '../device/names.ts';
import { type DeviceOptions, deviceOptions } from '../device/options.ts';
import { type ModelMetadata, readMetadata } from '../export/metadata.ts';
import type { OptimizationLevel } from '../optimization-level.ts';
import type { ModelProto } from '../proto/onnx-pb.ts';
import type { Ort } from '../runtime/runtime.ts';
import { expectAxes, fromResult, toFeed } from './convert.ts';
import { type DataSource, filesGiven } from './data-source.ts';
import { containData } from './external-data.ts';
import { expectBoundedFunctions } from './function-size.ts';
import { guardDivisions } from './guard-divisions.ts';
import { fileOutputKind } from './output-kind.ts';
import type { FilePort, Port } from './ports.ts';
import { describeModel, parseModel } from './read-model.ts';

export interface LoadOptions {
  /** Where the model runs. Default: `'cpu'` in Node, `'wasm'` in browsers. */
  readonly device?: DeviceName;
  /** Default: as many as the process has cores; in WebAssembly as `onnx()` has it. */
  readonly threads?: number;
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
  run(feeds: Readonly<Record<string, NDArray>>): Promise<Readonly<Record<string, NDArray>>>;
  /**
   * The `k` most probable classes of each sample, best first. Logits are turned into probabilities, probabilities stay as
   * they are, and one number a sample tells two classes apart. Default k: 5, or all when fewer.
   * @throws ShapeError when the output is not `[batch, classes]`, ValueError when it is not classes or `k` is not an integer of at least 1.
   */
  topK(x: NDArray, k?: number): Promise<readonly (readonly Prediction[])[]>;
  dispose(): void;
}

/**
 * Opens an ONNX file, given by its path or its bytes: one that `exportOnnx` wrote, or any other. Element types that Descent does not have
 * are converted: float16 and float64 to and from float32, other integers to and from int32; a number that does not fit is refused.
 * Files are data: nothing in them is executed but ONNX operators, and nothing is read but the file and the weights beside it.
 * @throws BackendError naming the file when it is missing, damaged, incomplete, or not a model that ONNX Runtime can run.
 */
export async function loadOnnx(source: string | Uint8Array, options: LoadOptions = {}): Promise<OnnxModelFile> {
  expectOptions('loadOnnx', options, ['device', 'threads', 'wasmPaths', 'deviceId', 'fallback', 'externalData']);
  const { externalData = {}, ...given } = options;
  const on = deviceOptions(given);
  expectSource(source, externalData);
  const path = typeof source === 'string' ? source : 'the model';
  const bytes = typeof source === 'string' ? await readModelFile(source) : source;
  const files = typeof source === 'string' ? filesBeside(source, externalData) : filesGiven(path, externalData);
  const { ports, session, device, info } = await openModel(bytes, path, files, on);
  const { inputs, outputs } = ports;
  const alive = lifetime(`the model ${path}`);
  let idle: Promise<unknown> = Promise.resolve();

  const run = async (feeds: Readonly<Record<string, NDArray>>): Promise<Readonly<Record<string, NDArray>>> => {
    alive.check();
    expectNames(inputs, feeds, path);
    const tensors = inputs.map(
      (port) => [port.name, toFeed(device.ort, port, feeds[port.name] as NDArray, path)] as const,
    );
    expectAxes(inputs, feeds, info.axes ?? {}, path);
    const running = runModel(device, session, Object.fromEntries(tensors), path);
    idle = Promise.allSettled([idle, running]);
    const results = await running;
    return Object.fromEntries(
      outputs.map((port) => [port.name, fromResult(port, results[port.name] as Ort.Tensor, path)]),
    );
  };

  const predict = async (x: NDArray): Promise<NDArray> => {
    alive.check();
    if (inputs.length > 1 || outputs.length > 1) throw severalPorts(inputs, outputs, path);
    const results = await run({ [inputs[0].name]: x });
    return results[outputs[0].name] as NDArray;
  };

  return {
    ...info,
    input: shown(inputs[0]),
    output: shown(outputs[0]),
    inputs: inputs.map(shown),
    outputs: outputs.map(shown),
    run,
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
      // What runs may end first; a second time the session is gone already.
      idle.then(() => device.close(session));
    },
  };
}

function shown({ axes: _, ...port }: FilePort): Port {
  return port;
}

interface OpenModel {
  readonly ports: Pick<ReturnType<typeof describeModel>, 'inputs' | 'outputs'>;
  readonly info: ModelMetadata & { readonly outputKind: OutputKind };
  readonly session: Ort.InferenceSession;
  readonly device: Device;
}

async function openModel(
  bytes: Uint8Array,
  path: string,
  files: DataSource,
  options: DeviceOptions,
): Promise<OpenModel> {
  const model = parseModel(bytes, path);
  expectBoundedFunctions(model, path);
  const { metadata, ...ports } = describeModel(model, path);
  const contained = await containData(model, bytes, path, files, guardDivisions(model));
  const device = await openDevice(options);
  const mayFallBack = options.fallback === 'allow';
  const session = await device.open({
    ...contained,
    path,
    level: fileLevel(model, device),
    isAsked: true,
    mayFallBack,
  });
  const told = readMetadata(metadata);
  const info = { ...told, outputKind: fileOutputKind(model, ports.outputs[0], told.outputKind) };
  return { ports, info, session, device };
}

/** As for programs: what gains by other layouts of memory, which are for processors, is convolutions. */
function fileLevel({ graph }: ModelProto, { traits }: Device): OptimizationLevel {
  const convolves = graph?.node.some(({ opType }) => opType.endsWith('Conv')) === true;
  return convolves && traits.isProcessor ? 'all' : 'extended';
}

async function runModel(
  device: Device,
  session: Ort.InferenceSession,
  feeds: Readonly<Record<string, Ort.Tensor>>,
  path: string,
): Promise<Ort.InferenceSession.ReturnType> {
  try {
    return await device.run(session, feeds);
  } catch (error) {
    const { received, cause } = (error as BackendError).details;
    throw new BackendError('ONNX Runtime could not run the model', {
      path,
      received,
      expected: 'inputs of sizes and values that the operators of the model can take',
      fix: 'the text above names the operator; compare what you feed with what the model was exported for',
      cause,
    });
  }
}

function sourceAdvice(source: unknown): string | undefined {
  if (source instanceof Promise) return 'await the promise';
  if (source instanceof ArrayBuffer) return 'wrap the buffer: loadOnnx(new Uint8Array(buffer))';
  if (source instanceof URL)
    return source.protocol === 'file:'
      ? "give the path: loadOnnx(fileURLToPath(url)), with fileURLToPath of 'node:url'"
      : 'fetch it: loadOnnx(new Uint8Array(await (await fetch(url)).arrayBuffer()))';
  return undefined;
}

function expectSource(source: unknown, externalData: unknown): void {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw new ValueError('loadOnnx was given no model', {
      path: 'source',
      received: describeValue(source),
      expected: 'the path of an .onnx file, or its bytes as a Uint8Array',
      fix: sourceAdvice(source),
    });
  }
  const isRecord = typeof externalData === 'object' && externalData !== null;
  if (isRecord && Object.values(externalData).every((v) => v instanceof Uint8Array)) return;
  throw new ValueError('loadOnnx was given invalid external data', {
    path: 'externalData',
    received: isRecord ? 'a value that is not a Uint8Array' : String(externalData),
    expected: "an object from names to bytes, such as { 'model.onnx.data': bytes }",
  });
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
