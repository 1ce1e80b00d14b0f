import { fromBinary } from '@bufbuild/protobuf';
import { BackendError, type DType, DYNAMIC, type Shape } from '@descent/core';
import { ELEMENT_TYPES } from '../model/value.ts';
import { type ModelProto, ModelProtoSchema, type ValueInfoProto } from '../proto/onnx-pb.ts';

/** An input or output of a model file; sizes that the file leaves open are `DYNAMIC`. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface ModelDescription {
  readonly input: Port;
  readonly output: Port;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads what a model takes and gives. Only models with one input and one output are understood.
 * @throws BackendError naming the file and what is wrong.
 */
export function describeModel(bytes: Uint8Array, path: string): ModelDescription {
  const { graph, metadataProps } = parse(bytes, path);
  const constants = new Set(graph?.initializer.map((t) => t.name));
  const inputs = (graph?.input ?? []).filter((v) => !constants.has(v.name));
  const outputs = graph?.output ?? [];
  const [input, output] = [inputs[0], outputs[0]];
  if (input === undefined || output === undefined || inputs.length > 1 || outputs.length > 1) {
    throw new BackendError('the model has another form than one input and one output', {
      path,
      received: `inputs ${names(inputs)}; outputs ${names(outputs)}`,
      expected: 'one of each, as exportOnnx writes them',
    });
  }
  return {
    input: port(input, path),
    output: port(output, path),
    metadata: new Map(metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array, path: string): ModelProto {
  const refuse = (cause?: unknown): never => {
    throw new BackendError('this is not an ONNX model', {
      path,
      received: `${bytes.length} bytes that are not a model`,
      expected: 'a file that exportOnnx or another ONNX exporter wrote',
      cause,
    });
  };
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    return model.graph === undefined ? refuse() : model;
  } catch (error) {
    return error instanceof BackendError ? refuse(error.details.cause) : refuse(error);
  }
}

function port({ name, type }: ValueInfoProto, path: string): Port {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dtype = (['float32', 'int32', 'uint8', 'bool'] as const).find((d) => ELEMENT_TYPES[d] === tensor?.elemType);
  if (tensor === undefined || dtype === undefined) {
    throw new BackendError(`the model's '${name}' has an element type that Descent does not know`, {
      path,
      received: `ONNX element type ${tensor?.elemType ?? 'none'}`,
      expected: 'float32, int32, uint8 or bool',
    });
  }
  const dims = tensor.shape?.dim ?? [];
  return { name, dtype, shape: dims.map((d) => (d.value.case === 'dimValue' ? Number(d.value.value) : DYNAMIC)) };
}

function names(values: readonly ValueInfoProto[]): string {
  return `[${values.map((v) => v.name).join(', ')}]`;
}
