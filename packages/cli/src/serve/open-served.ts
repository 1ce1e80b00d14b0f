import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceName } from '@descent/backend-onnx';
import { DescentError, type DType, type NDArray, type NDArrays } from '@descent/core';
import type { Datatype, FoundModel, OpenModel as OpenServed, ServedModel, ServedPort } from '@descent/serve';
import { openOnnxFile } from '@descent/serve';
import { available } from '../auto/available.ts';
import { expectBackendName } from '../backends.ts';
import { preparationIn } from '../config/preparation.ts';
import { UsageError } from '../errors.ts';
import { type Io, warn } from '../io.ts';
import type { NamedInput } from '../run/several-arrays.ts';
import { predictorFor } from './predictor.ts';

/** Where models run. */
export interface ServedOn {
  /** Default `'onnx:cpu'`. */
  readonly backend?: string | undefined;
  /** Of ONNX Runtime, for each model. */
  readonly threads?: number | undefined;
  /** Whether ONNX Runtime runs in a thread of its own. Default true. */
  readonly worker?: boolean;
}

const DEVICES: readonly DeviceName[] = ['cpu', 'cuda', 'webgpu', 'wasm'];

/** Opens models to be served, with what people can ask them. Throws a UsageError for a backend that there is not, or that runs no files. */
export function opener({ backend = 'onnx:cpu', threads, worker = true }: ServedOn, io: Io): OpenServed {
  const device = DEVICES.find((name) => backend === `onnx:${name}`);
  if (threads !== undefined && !backend.startsWith('onnx:')) {
    throw new UsageError('threads are those of ONNX Runtime', {
      path: '--threads',
      received: `--backend ${backend}`,
      expected: 'onnx:cpu',
      fix: 'leave one of them out',
    });
  }
  return async (found) => {
    if (device === undefined) expectBackendName(backend, (await available(io, [backend])).entries);
    const hasFile = found.kind === 'file' || (await isFile(join(found.path, 'model.onnx')));
    if (device !== undefined && hasFile)
      return openFile(found, { device, worker, ...(threads !== undefined && { threads }) });
    if (found.kind === 'run') return openRun(found, backend, io, threads);
    throw new UsageError('a .onnx file runs on ONNX Runtime', {
      path: found.path,
      received: `--backend ${backend}`,
      expected: DEVICES.map((name) => `onnx:${name}`).join(', '),
      fix: 'leave --backend out, or give the folder of a run instead of files',
    });
  };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

function unfinished(run: string): string {
  return `${run} is not trained to its end: it answers as it was at its last checkpoint, and as it ends once it has`;
}

async function openFile(found: FoundModel, options: Parameters<typeof openOnnxFile>[1]): Promise<ServedModel> {
  const { model, file } = await openOnnxFile(found, options);
  const { outputKind, labels = [], preprocessing, metadata, inputs, outputs } = file;
  if (outputs.length > 1) {
    const why = 'the model has several outputs; it is asked with tensors';
    return { ...model, predictor: { accepts: [], why, prepare: () => refused(why), answer: () => ({ values: [] }) } };
  }
  const asked = { inputs, outputKind, labels, ...preparationIn(metadata) };
  const known = preprocessing === undefined ? asked : { ...asked, preprocessing };
  return { ...model, predictor: await predictorFor(known, file.output.name, found.name) };
}

function refused(why: string): Promise<never> {
  return Promise.reject(new DescentError(why));
}

const DATATYPES: Readonly<Record<DType, Datatype>> = { float32: 'FP32', int32: 'INT32', uint8: 'UINT8', bool: 'BOOL' };

async function openRun(
  { path, name }: FoundModel,
  backend: string,
  io: Io,
  threads: number | undefined,
): Promise<ServedModel> {
  const { openRunModel } = await import('../run/run-model.ts');
  const isFinished = await isFile(join(path, 'model.safetensors'));
  const model = await openRunModel(path, backend, io, { threads });
  warn(isFinished ? model.warnings : [...model.warnings, unfinished(name)], io);
  const { outputKind, labels, preprocessing } = model;
  const output = model.output ?? { name: 'output', dtype: 'float32', shape: [] };
  const { inputs } = model;
  return {
    platform: 'descent',
    backend: model.backend,
    inputs: inputs.map(portOf),
    outputs: [portOf(output)],
    outputKind,
    labels,
    ...(preprocessing !== undefined && { preprocessing }),
    predictor: await predictorFor(model, output.name, name),
    async run(feeds) {
      const [first] = inputs as readonly [NamedInput];
      const x: NDArrays = inputs.length === 1 ? (feeds[first.name] as NDArray) : feeds;
      return { [output.name]: await model.predict(x) };
    },
    dispose: () => model.dispose(),
  };
}

function portOf({ name, dtype, shape }: NamedInput): ServedPort {
  return { name, dtype: dtype as DType, datatype: DATATYPES[dtype as DType], shape };
}
