import { clone, create, toBinary } from '@bufbuild/protobuf';
import type { NDArray } from '@descent/core';
import { loadOnnx, type OnnxModelFile } from '../inference/load-onnx.ts';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../proto/onnx-pb.ts';

export function modelBytes(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model, { writeUnknownFields: false });
}

export function copyOf(model: ModelProto): ModelProto {
  return clone(ModelProtoSchema, model);
}

/** `model` as a file that runs, which gives the float32 tensors `names`, too. */
export async function openWatched(model: ModelProto, names: readonly string[]): Promise<OnnxModelFile> {
  const watched = copyOf(model);
  const known = new Set(watched.graph?.output.map(({ name }) => name));
  const inputs = new Set(watched.graph?.input.map(({ name }) => name));
  const value = { elemType: DataType.FLOAT };
  const type = create(TypeProtoSchema, { value: { case: 'tensorType', value } });
  for (const name of names) {
    if (!known.has(name) && !inputs.has(name)) watched.graph?.output.push(create(ValueInfoProtoSchema, { name, type }));
  }
  return loadOnnx(modelBytes(watched), { threads: 1 });
}

/** What a watched file computes; inputs stand for themselves. */
export async function runWatched(
  file: OnnxModelFile,
  feeds: Readonly<Record<string, NDArray>>,
): Promise<Readonly<Record<string, NDArray>>> {
  return { ...feeds, ...(await file.run(feeds)) };
}
