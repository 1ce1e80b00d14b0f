import { join } from 'node:path';
import { type DeviceName, loadOnnx, type OnnxModelFile, type Port } from '@descent/backend-onnx';
import { DescentError } from '@descent/core';
import type { Datatype } from '../protocol/datatypes.ts';
import type { FoundModel } from './find-models.ts';
import type { ServedModel, ServedPort } from './served-model.ts';

export interface OnnxServeOptions {
  /** Default `'cpu'`. */
  readonly device?: DeviceName;
  /** Of ONNX Runtime, for each model. Default: as many as the process has cores. */
  readonly threads?: number;
  /** Whether each model runs in a thread of its own, so that a run does not block the server. Default true. */
  readonly worker?: boolean;
}

/** Opens a `.onnx` file, or that of a run. Throws a DescentError naming the file when it is missing, damaged or refused. */
export async function openOnnxModel(found: FoundModel, options: OnnxServeOptions = {}): Promise<ServedModel> {
  const { model } = await openOnnxFile(found, options);
  return model;
}

/** The same, with the file, for those who want to know more of it. */
export async function openOnnxFile(
  { kind, path }: Pick<FoundModel, 'kind' | 'path'>,
  { device = 'cpu', threads, worker = true }: OnnxServeOptions = {},
): Promise<{ readonly model: ServedModel; readonly file: OnnxModelFile }> {
  const file = await loadOnnx(kind === 'run' ? join(path, 'model.onnx') : path, {
    device,
    worker,
    // Between two runs the cores belong to whoever reads and writes requests.
    ...(device === 'cpu' && { spinning: false }),
    ...(threads !== undefined && { threads }),
  });
  const { labels, preprocessing, outputKind, axes } = file;
  const model: ServedModel = {
    platform: 'onnxruntime_onnx',
    backend: `onnx:${device}`,
    inputs: file.inputs.map((port) => servedPort(port, false)),
    outputs: file.outputs.map((port) => servedPort(port, true)),
    outputKind,
    ...(labels !== undefined && { labels }),
    ...(preprocessing !== undefined && { preprocessing }),
    ...(axes !== undefined && { axes }),
    run: (feeds, options) => file.run(feeds, options),
    dispose: () => file.dispose(),
  };
  return { model, file };
}

const DATATYPE: Readonly<Record<string, Datatype>> = {
  float32: 'FP32',
  int32: 'INT32',
  uint8: 'UINT8',
  bool: 'BOOL',
  float16: 'FP16',
  float64: 'FP64',
  int8: 'INT8',
  int16: 'INT16',
  uint16: 'UINT16',
  uint32: 'UINT32',
  int64: 'INT64',
  uint64: 'UINT64',
};

function servedPort({ name, dtype, shape, anyShape, elementType }: Port, isOutput: boolean): ServedPort {
  // Outputs of 64 bits are computed in 64 and handed over in 32 bits; to write FP64 over them would promise digits that are not there.
  const type = isOutput && elementType === 'float64' ? dtype : (elementType ?? dtype);
  const datatype = DATATYPE[type];
  if (datatype === undefined) {
    throw new DescentError(`the model's '${name}' has an element type that the protocol does not know`, {
      received: type,
      expected: Object.keys(DATATYPE).join(', '),
    });
  }
  return { name, dtype, datatype, shape, ...(anyShape === true && { anyShape }) };
}
