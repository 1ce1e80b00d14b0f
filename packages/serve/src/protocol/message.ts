import { dataFromBytes, dataToBytes } from './binary-data.ts';
import { expectDatatype } from './datatypes.ts';
import { ProtocolError } from './errors.ts';
import { dataFromJson, dataToJson, lengthOf, said } from './json-data.ts';
import type { MessageLimits } from './limits.ts';
import { elementsOf, type WireParameters, type WireTensor } from './tensor.ts';

/** The header that tells where the JSON ends and the binary tensors begin. Names of headers are without case. */
export const HEADER_LENGTH = 'Inference-Header-Content-Length';

/** A body with what its headers must say. */
export interface EncodedMessage {
  readonly body: Uint8Array;
  /** Bytes of JSON in front of binary tensors, for `HEADER_LENGTH`; `null` when the body is JSON alone. */
  readonly headerLength: number | null;
  readonly contentType: 'application/json' | 'application/octet-stream';
}

/** A tensor, and whether its elements travel behind the JSON. */
export interface OutgoingTensor {
  readonly tensor: WireTensor;
  readonly binary: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** `fields`, then the tensors under the name `list`. Throws a ProtocolError where JSON cannot hold one, and a mistake of the caller where data do not fill a shape. */
export function encodeMessage(
  fields: JsonObject,
  list: 'inputs' | 'outputs',
  tensors: readonly OutgoingTensor[],
  more: JsonObject = {},
): EncodedMessage {
  const binaries: Uint8Array[] = [];
  const entries = tensors.map(({ tensor, binary }, i) => {
    const { name, datatype, shape, data, parameters } = tensor;
    const path = `${list}[${i}] '${name}'`;
    expectFilled(tensor, path);
    if (!binary) {
      const json = dataToJson(data, datatype, path);
      return { name, shape, datatype, ...(parameters !== undefined && { parameters }), data: json };
    }
    const bytes = dataToBytes(data, datatype);
    binaries.push(bytes);
    return { name, shape, datatype, parameters: { ...parameters, binary_data_size: bytes.length } };
  });
  const json = JSON.stringify({ ...fields, [list]: entries, ...more });
  if (binaries.length === 0)
    return { body: new TextEncoder().encode(json), headerLength: null, contentType: 'application/json' };
  return { ...joined(json, binaries), contentType: 'application/octet-stream' };
}

/** Spaces behind the JSON let the elements begin where a reader can use them in place. */
const ALIGNMENT = 8;

function joined(json: string, binaries: readonly Uint8Array[]): { body: Uint8Array; headerLength: number } {
  const encoder = new TextEncoder();
  const header = encoder.encode(json);
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const body = new Uint8Array(binaries.reduce((sum, { length }) => sum + length, headerLength));
  body.set(header);
  body.fill(0x20, header.length, headerLength);
  let at = headerLength;
  for (const bytes of binaries) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return { body, headerLength };
}

function expectFilled({ data, shape, datatype }: WireTensor, path: string): void {
  if (lengthOf(data) === elementsOf(shape)) return;
  throw new ProtocolError('a tensor has another number of elements than its shape says', {
    path,
    received: `${lengthOf(data)} elements`,
    expected: `${elementsOf(shape)}, for ${datatype} [${shape.join(', ')}]`,
  });
}

/** A body in its two parts. */
export interface SplitMessage {
  readonly json: JsonObject;
  /** What stands behind the JSON. */
  readonly binary: Uint8Array;
}

/**
 * Parses the JSON of a body.
 * @param headerLength What `HEADER_LENGTH` says, as text; `null` or `undefined` without that header.
 * @throws ProtocolError when it is no JSON object, or shorter than the header says.
 */
export function splitMessage(
  body: Uint8Array,
  headerLength: string | number | null | undefined,
  limits: MessageLimits,
): SplitMessage {
  const length = headerLength === null || headerLength === undefined ? body.length : Number(headerLength);
  const isDigits = typeof headerLength !== 'string' || /^\d{1,15}$/.test(headerLength);
  if (!isDigits || !Number.isSafeInteger(length) || length < 0 || length > body.length || length > limits.header) {
    throw new ProtocolError(`${HEADER_LENGTH} is not the length of the JSON in this body`, {
      received: String(headerLength).slice(0, 60),
      expected: `a whole number of at most ${Math.min(body.length, limits.header)}, the bytes of the body`,
    });
  }
  return { json: parsed(body.subarray(0, length)), binary: body.subarray(length) };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function parsed(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch (cause) {
    throw new ProtocolError('the body is no JSON', {
      received:
        bytes.length === 0 ? 'an empty body' : cause instanceof Error ? cause.message.slice(0, 120) : 'other bytes',
      expected: 'a JSON object; binary tensors behind it need the header Inference-Header-Content-Length',
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ProtocolError('the body is no JSON object', { received: said(value), expected: '{ "inputs": [ … ] }' });
}

/** The tensors under the name `list`. Throws a ProtocolError for what is none, for a name that is there twice, and for bytes that nobody asked for. */
export function decodeTensors(
  { json, binary }: SplitMessage,
  list: 'inputs' | 'outputs',
  limits: MessageLimits,
): readonly WireTensor[] {
  const entries = json[list];
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > limits.tensors) {
    throw new ProtocolError(`the message has no list of ${list}`, {
      path: list,
      received: said(entries),
      expected: `a list of 1 to ${limits.tensors} tensors: { "name", "shape", "datatype", "data" }`,
    });
  }
  const names = new Set<string>();
  let at = 0;
  const tensors = entries.map((entry: unknown, i): WireTensor => {
    const path = `${list}[${i}]`;
    const { name: given, shape: sizes, datatype: type, data, parameters: settings } = expectObject(entry, path);
    const name = expectName(given, `${path}.name`, limits);
    if (names.has(name)) throw new ProtocolError('a name is there twice', { path: `${path}.name`, received: name });
    names.add(name);
    const datatype = expectDatatype(type, `${path}.datatype`);
    const shape = expectSizes(sizes, `${path}.shape`, limits);
    const parameters = expectParameters(settings, `${path}.parameters`);
    const size = parameters?.['binary_data_size'];
    if (size === undefined)
      return { name, datatype, shape, data: dataFromJson(data, datatype, shape, `${path}.data`), ...kept(parameters) };
    if (data !== undefined) {
      throw new ProtocolError('a tensor has its data twice', {
        path,
        received: 'data and the parameter binary_data_size',
        expected: 'one of them',
      });
    }
    if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > binary.length - at) {
      throw new ProtocolError('binary_data_size is not the size of what stands behind the JSON', {
        path: `${path}.parameters.binary_data_size`,
        received: said(size),
        expected: `at most ${binary.length - at}, the bytes that are left`,
        ...(binary.length === 0 && { fix: `say with ${HEADER_LENGTH} where the JSON ends` }),
      });
    }
    const bytes = binary.subarray(at, at + (size as number));
    at += size as number;
    return { name, datatype, shape, data: dataFromBytes(bytes, datatype, shape, path), ...kept(parameters) };
  });
  if (at === binary.length) return tensors;
  throw new ProtocolError('there are bytes behind the last tensor', {
    received: `${binary.length - at} bytes that no binary_data_size speaks of`,
    expected: `a body of ${HEADER_LENGTH} and the sizes of the binary tensors together`,
  });
}

/** Parameters without that of the transport. */
function kept(parameters: WireParameters | undefined): { parameters?: WireParameters } {
  if (parameters === undefined) return {};
  const { binary_data_size: _, ...rest } = parameters;
  return Object.keys(rest).length === 0 ? {} : { parameters: rest };
}

export function expectObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ProtocolError('this is no object', { path, received: said(value), expected: 'a JSON object' });
}

export function expectName(value: unknown, path: string, limits: MessageLimits): string {
  if (typeof value === 'string' && value !== '' && value.length <= limits.name) return value;
  throw new ProtocolError('this is no name', {
    path,
    received: said(value),
    expected: `a text of 1 to ${limits.name} characters`,
  });
}

function expectSizes(value: unknown, path: string, limits: MessageLimits): readonly number[] {
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(value) || value.length > limits.rank || !value.every(isSize)) {
    throw new ProtocolError('this is no shape', {
      path,
      received: Array.isArray(value) ? `[${value.slice(0, limits.rank).map(said).join(', ')}]` : said(value),
      expected: `a list of at most ${limits.rank} whole numbers of at least 0`,
    });
  }
  if (elementsOf(value) <= limits.elements) return value;
  throw new ProtocolError(
    'a tensor has too many elements',
    { path, received: `${elementsOf(value)}`, expected: `at most ${limits.elements}` },
    413,
  );
}

/** Throws a ProtocolError for values other than texts, numbers, true and false. */
export function expectParameters(value: unknown, path: string): WireParameters | undefined {
  if (value === undefined || value === null) return undefined;
  const object = expectObject(value, path);
  for (const [name, setting] of Object.entries(object)) {
    // 1e400 is a number in JSON, and none here.
    if (typeof setting === 'string' || Number.isFinite(setting) || typeof setting === 'boolean') continue;
    throw new ProtocolError('a parameter has a value of another kind', {
      path: `${path}.${name}`,
      received: said(setting),
      expected: 'a text, a finite number, true or false',
    });
  }
  return object as WireParameters;
}
