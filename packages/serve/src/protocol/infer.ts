import { ProtocolError } from './errors.ts';
import { said } from './json-data.ts';
import { MESSAGE_LIMITS, type MessageLimits } from './limits.ts';
import {
  decodeTensors,
  type EncodedMessage,
  encodeMessage,
  expectName,
  expectObject,
  expectParameters,
  type JsonObject,
  type OutgoingTensor,
  splitMessage,
} from './message.ts';
import type { WireParameters, WireTensor } from './tensor.ts';

/** An output that a request asks for. */
export interface RequestedOutput {
  readonly name: string;
  /** Whether it is to come as binary data. Default: what the request says for all. */
  readonly binary?: boolean;
  readonly parameters?: WireParameters;
}

export interface InferRequest {
  readonly id?: string;
  readonly parameters?: WireParameters;
  readonly inputs: readonly WireTensor[];
  /** Default: all of them. */
  readonly outputs?: readonly RequestedOutput[];
  /** Whether outputs come as binary data unless they say otherwise. Default false. */
  readonly binaryOutput?: boolean;
}

export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion?: string;
  readonly id?: string;
  readonly parameters?: WireParameters;
  readonly outputs: readonly WireTensor[];
}

/**
 * A request as a body.
 * @param binary Whether the inputs travel as binary data.
 */
export function encodeInferRequest(request: InferRequest, binary: boolean): EncodedMessage {
  const { id, parameters, inputs, outputs, binaryOutput } = request;
  const all = { ...parameters, ...(binaryOutput !== undefined && { binary_data_output: binaryOutput }) };
  const wanted = outputs?.map(({ name, binary: own, parameters: settings }) => {
    const together = { ...settings, ...(own !== undefined && { binary_data: own }) };
    return { name, ...(Object.keys(together).length > 0 && { parameters: together }) };
  });
  return encodeMessage(
    { ...(id !== undefined && { id }), ...(Object.keys(all).length > 0 && { parameters: all }) },
    'inputs',
    inputs.map((tensor) => ({ tensor, binary })),
    wanted === undefined ? {} : { outputs: wanted },
  );
}

/**
 * Reads the body of a request.
 * @param headerLength What the header Inference-Header-Content-Length says, if it is there.
 * @throws ProtocolError saying what was received, what was expected and how to mend it.
 */
export function decodeInferRequest(
  body: Uint8Array,
  headerLength: string | number | null | undefined,
  limits: MessageLimits = MESSAGE_LIMITS,
): InferRequest {
  const message = splitMessage(body, headerLength, limits);
  const { json } = message;
  const settings = expectParameters(json['parameters'], 'parameters');
  const { binary_data_output: binaryOutput, ...parameters } = settings ?? {};
  return {
    ...idOf(json, limits),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    inputs: decodeTensors(message, 'inputs', limits),
    ...wantedOutputs(json['outputs'], limits),
    ...(binaryOutput !== undefined && { binaryOutput: flag(binaryOutput, 'parameters.binary_data_output') }),
  };
}

/** A response as a body; each output says whether it travels as binary data. */
export function encodeInferResponse(
  { modelName, modelVersion, id, parameters }: Omit<InferResponse, 'outputs'>,
  outputs: readonly OutgoingTensor[],
): EncodedMessage {
  return encodeMessage(
    {
      model_name: modelName,
      ...(modelVersion !== undefined && { model_version: modelVersion }),
      ...(id !== undefined && { id }),
      ...(parameters !== undefined && { parameters }),
    },
    'outputs',
    outputs,
  );
}

/** Reads the body of a response. Throws a ProtocolError for what is none. */
export function decodeInferResponse(
  body: Uint8Array,
  headerLength: string | number | null | undefined,
  limits: MessageLimits = MESSAGE_LIMITS,
): InferResponse {
  const message = splitMessage(body, headerLength, limits);
  const { json } = message;
  const { model_name: name, model_version: version } = json;
  const parameters = expectParameters(json['parameters'], 'parameters');
  return {
    // The example of the protocol leaves the name out.
    modelName: name === undefined ? '' : expectName(name, 'model_name', limits),
    ...(version !== undefined && version !== null && { modelVersion: String(version) }),
    ...idOf(json, limits),
    ...(parameters !== undefined && { parameters }),
    outputs: decodeTensors(message, 'outputs', limits),
  };
}

function idOf({ id }: JsonObject, limits: MessageLimits): { id?: string } {
  if (id === undefined || id === null) return {};
  if (typeof id === 'string' && id.length <= limits.name) return { id };
  throw new ProtocolError('this is no id', {
    path: 'id',
    received: said(id),
    expected: `a text of at most ${limits.name} characters`,
  });
}

function wantedOutputs(value: unknown, limits: MessageLimits): { outputs?: readonly RequestedOutput[] } {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value) || value.length > limits.tensors) {
    throw new ProtocolError('this is no list of outputs', {
      path: 'outputs',
      received: said(value),
      expected: `a list of at most ${limits.tensors} objects: { "name": … }`,
    });
  }
  // As Triton has it, an empty list asks for all.
  if (value.length === 0) return {};
  const names = new Set<string>();
  return {
    outputs: value.map((entry: unknown, i): RequestedOutput => {
      const path = `outputs[${i}]`;
      const object = expectObject(entry, path);
      const name = expectName(object['name'], `${path}.name`, limits);
      if (names.has(name)) throw new ProtocolError('a name is there twice', { path: `${path}.name`, received: name });
      names.add(name);
      const { binary_data: binary, ...parameters } = expectParameters(object['parameters'], `${path}.parameters`) ?? {};
      return {
        name,
        ...(binary !== undefined && { binary: flag(binary, `${path}.parameters.binary_data`) }),
        ...(Object.keys(parameters).length > 0 && { parameters }),
      };
    }),
  };
}

function flag(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ProtocolError('this is neither true nor false', { path, received: said(value), expected: 'true or false' });
}
