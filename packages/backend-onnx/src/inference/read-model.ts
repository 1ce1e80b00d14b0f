import { fromBinary } from '@bufbuild/protobuf';
import { BackendError } from '@descent/core';
import { type ModelProto, ModelProtoSchema } from '../proto/onnx-pb.ts';
import { fileKind } from './file-kind.ts';
import { type FilePort, portOf } from './ports.ts';

export interface ModelDescription {
  /** What must be fed: inputs with a default value, as files of IR version 3 list them, are not among them. */
  readonly inputs: readonly [FilePort, ...FilePort[]];
  readonly outputs: readonly [FilePort, ...FilePort[]];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads the file format. Throws a `BackendError` that names the file and says what it is instead of a model. */
export function parseModel(bytes: Uint8Array, path: string): ModelProto {
  if (bytes.length === 0) {
    throw new BackendError('the model file is empty', {
      path,
      received: '0 bytes',
      fix: 'the export or the download did not finish; do it again',
    });
  }
  const model = parse(bytes, path);
  if (model.graph !== undefined && (model.graph.node.length > 0 || model.graph.output.length > 0)) return model;
  throw notAModel(bytes, path);
}

/** Reads what a model takes and gives. Throws a `BackendError` naming the file when that is nothing, or nothing that Descent knows. */
export function describeModel({ graph, metadataProps }: ModelProto, path: string): ModelDescription {
  const constants = new Set([
    ...(graph?.initializer ?? []).map((t) => t.name),
    ...(graph?.sparseInitializer ?? []).map((s) => s.values?.name ?? ''),
  ]);
  const inputs = (graph?.input ?? []).filter((v) => !constants.has(v.name));
  return {
    inputs: some(
      inputs.map((v) => portOf(v, path)),
      'takes',
      path,
    ),
    outputs: some(
      (graph?.output ?? []).map((v) => portOf(v, path)),
      'gives',
      path,
    ),
    metadata: new Map(metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array, path: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw notAModel(bytes, path, cause);
  }
}

function notAModel(bytes: Uint8Array, path: string, cause?: unknown): BackendError {
  const kind = fileKind(bytes);
  // Every model begins with the version of its format.
  const cut = kind === undefined && bytes[0] === 0x08 && cause !== undefined;
  return new BackendError(
    cut ? 'this is not an ONNX model but a part of one, or a damaged one' : 'this is not an ONNX model',
    {
      path,
      received:
        kind?.what ?? `${bytes.length} bytes${cut ? ' that do not end where the model does' : ' of something else'}`,
      expected: cut ? 'a whole file' : 'a file that exportOnnx or another ONNX exporter wrote',
      fix: kind?.fix ?? (cut ? 'export, copy or download the file again' : 'check that this is the right file'),
      cause,
    },
  );
}

function some(ports: readonly FilePort[], verb: 'takes' | 'gives', path: string): readonly [FilePort, ...FilePort[]] {
  const [first, ...more] = ports;
  if (first !== undefined) return [first, ...more];
  throw new BackendError(`the model ${verb} nothing`, {
    path,
    received: `a graph without ${verb === 'takes' ? 'inputs' : 'outputs'}`,
    expected: 'at least one input and one output',
    fix: 'export the model with the inputs and outputs that you want to use',
  });
}
