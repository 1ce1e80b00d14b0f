import { DescentError } from '../errors.ts';
import { allocate, bytesOf, type HostDType } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';

// https://huggingface.co/docs/safetensors: 8 bytes little-endian header size, a JSON header, then the raw little-endian tensors.
const CODES: Readonly<Record<HostDType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};
/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000;

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, NDArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Encodes named tensors as a safetensors file, which PyTorch and others read. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, NDArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  // Spaces pad the header so that the tensors start at a multiple of 8.
  const json = utf8Encode(JSON.stringify(header));
  const size = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + size + end).fill(0x20, 8, 8 + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(size), true);
  file.set(json, 8);
  let at = 8 + size;
  for (const { data } of Object.values(tensors)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Decodes a safetensors file. Nothing is executed; every offset is checked before anything is read.
 * @throws DescentError naming what is wrong when the file is damaged or holds an element type Descent does not know.
 */
export function decodeSafetensors(file: Uint8Array, path = 'safetensors'): SafetensorsFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = file.length < 8 ? -1 : Number(view.getBigUint64(0, true));
  if (size < 2 || size > MAX_HEADER || 8 + size > file.length) {
    throw damaged(path, `a header of ${size} bytes in a file of ${file.length}`, 'a header that fits in the file');
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(path, file.subarray(8, 8 + size));
  const body = file.subarray(8 + size);
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(path, name, entry, body)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function parseHeader(path: string, json: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(utf8Decode(json));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Reported below, like any other header that is not an object.
  }
  throw damaged(path, 'a header that is not a JSON object', 'a safetensors file');
}

function readTensor(path: string, name: string, entry: unknown, body: Uint8Array): NDArray {
  const {
    dtype: code,
    shape,
    data_offsets: offsets,
  } = entry as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const dtype = (Object.keys(CODES) as HostDType[]).find((d) => CODES[d] === code);
  if (dtype === undefined)
    throw damaged(`${path}: ${name}`, `element type ${JSON.stringify(code)}`, Object.values(CODES).join(', '));
  const counts = (v: unknown): v is number[] => Array.isArray(v) && v.every((n) => Number.isSafeInteger(n) && n >= 0);
  const [start, end] = counts(offsets) && offsets.length === 2 ? (offsets as [number, number]) : [-1, -1];
  const length = counts(shape) ? numel(shape) * bytesOf(dtype) : -1;
  if (length < 0 || start < 0 || end > body.length || end - start !== length) {
    throw damaged(
      `${path}: ${name}`,
      `shape ${JSON.stringify(shape)} at ${JSON.stringify(offsets)}`,
      'a range of that many bytes inside the file',
    );
  }
  const data = allocate(dtype, numel(shape as number[]));
  new Uint8Array(data.buffer).set(body.subarray(start, end));
  return { dtype, shape: shape as number[], data };
}

function damaged(path: string, received: string, expected: string): DescentError {
  return new DescentError('this is not an intact safetensors file', {
    path,
    received,
    expected,
    fix: 'save or download the file again',
  });
}

// Present in every browser and in Node, but not in the language's own library types, which is all that core builds on.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

function utf8Encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function utf8Decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
