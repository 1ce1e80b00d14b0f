import { DescentError, DTypeError, ShapeError, ValueError } from '../errors.ts';
import { allocate, type HostDType } from '../ir/dtype.ts';
import { fromBfloat16, fromFloat16 } from '../ir/half.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape, numel } from '../ir/shape.ts';
import { expectNamedArrays } from './parameters.ts';
import { type HeaderEntry, readHeader } from './safetensors-header.ts';

// https://huggingface.co/docs/safetensors: 8 bytes little-endian header size, a JSON header, then the raw little-endian tensors.
const CODES: Readonly<Record<HostDType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};
const METADATA = '__metadata__';
/** How many batches a batch norm of PyTorch has seen, an int64 of rank 0: nothing that a network computes depends on it. */
function isCounter({ name, code, shape }: HeaderEntry): boolean {
  return code === 'I64' && shape.length === 0 && /(^|\.)num_batches_tracked$/.test(name);
}

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, NDArray>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Names that were left out, where there are any: PyTorch's counters `num_batches_tracked`. */
  readonly skipped?: readonly string[];
}

/**
 * Encodes named tensors as a safetensors file, which PyTorch and others read.
 * @throws ShapeError for data that do not fill their shape, ValueError for a name or metadata that the format cannot hold.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, NDArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  expectEncodable(tensors, metadata);
  let end = 0;
  const entries = Object.entries(tensors).map(([name, array]) => {
    const { dtype, shape, data } = hostArray(name, array);
    const start = end;
    end += data.byteLength;
    return [name, { dtype: CODES[dtype], shape, data_offsets: [start, end] }] as const;
  });
  // Spaces pad the header so that the tensors start at a multiple of 8.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([[METADATA, metadata], ...entries])));
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
 * Decodes a safetensors file. Nothing is executed; every offset is checked before anything is read. Element types that Descent does not
 * have are converted without loss: F16 and BF16 to float32; I8, I16, U16, U32, I64 and U64 to int32, refused where a number does not fit.
 * Left out are PyTorch's counters `num_batches_tracked`.
 * @throws DescentError naming what is wrong when the file is damaged, DTypeError for a tensor that Descent cannot hold.
 */
export function decodeSafetensors(file: Uint8Array, path = 'safetensors'): SafetensorsFile {
  if (!(file instanceof Uint8Array)) {
    throw new DescentError('decodeSafetensors was given no file', {
      path,
      received: typeof file,
      expected: 'the bytes of a file, as a Uint8Array',
    });
  }
  const { entries, metadata, body } = readHeader(file, path);
  const skipped = entries.filter(isCounter).map(({ name }) => name);
  const read = entries
    .filter((entry) => !isCounter(entry))
    .map((entry) => [entry.name, readTensor(path, entry, file, body)] as const);
  return { tensors: Object.fromEntries(read), metadata, ...(skipped.length > 0 && { skipped }) };
}

function readTensor(
  path: string,
  { name, code, shape, start, end }: HeaderEntry,
  file: Uint8Array,
  body: number,
): NDArray {
  // A copy: numbers must begin at a multiple of their size. `slice` of a Buffer would be a view of the whole file.
  const bytes = new Uint8Array(end - start);
  bytes.set(file.subarray(body + start, body + end));
  const read = READERS[code];
  if (read === undefined) {
    throw new DTypeError(`a tensor has an element type that Descent does not have`, {
      path: `${path}: ${name}`,
      received: code,
      expected: Object.keys(READERS).join(', '),
      fix: 'convert it before it is saved, such as with tensor.float() in PyTorch',
    });
  }
  const { dtype, data, misfit } = read(bytes.buffer);
  if (misfit !== undefined) {
    throw new DTypeError('a tensor holds a number that does not fit int32', {
      path: `${path}: ${name}`,
      received: `${code} ${misfit}`,
      expected: 'integers from -2147483648 to 2147483647',
      fix: 'save it as float32, or without this tensor',
    });
  }
  return { dtype, shape, data };
}

interface Read {
  readonly dtype: HostDType;
  readonly data: NDArray['data'];
  readonly misfit?: string;
}

const int32From = (values: ArrayLike<number | bigint>): Read => {
  const data = allocate('int32', values.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = Number(values[i]);
    if (data[i] !== Number(values[i])) return { dtype: 'int32', data, misfit: `${values[i]}` };
  }
  return { dtype: 'int32', data };
};

const READERS: Readonly<Record<string, (buffer: ArrayBuffer) => Read>> = {
  F32: (b) => ({ dtype: 'float32', data: new Float32Array(b) }),
  F64: (b) => ({ dtype: 'float64', data: new Float64Array(b) }),
  F16: (b) => ({ dtype: 'float32', data: fromFloat16(new Uint16Array(b)) }),
  BF16: (b) => ({ dtype: 'float32', data: fromBfloat16(new Uint16Array(b)) }),
  I32: (b) => ({ dtype: 'int32', data: new Int32Array(b) }),
  I8: (b) => int32From(new Int8Array(b)),
  I16: (b) => int32From(new Int16Array(b)),
  U16: (b) => int32From(new Uint16Array(b)),
  U32: (b) => int32From(new Uint32Array(b)),
  I64: (b) => int32From(new BigInt64Array(b)),
  U64: (b) => int32From(new BigUint64Array(b)),
  U8: (b) => ({ dtype: 'uint8', data: new Uint8Array(b) }),
  BOOL: (b) => ({ dtype: 'bool', data: new Uint8Array(b).map((v) => (v === 0 ? 0 : 1)) }),
};

function expectEncodable(tensors: Readonly<Record<string, NDArray>>, metadata: Readonly<Record<string, string>>): void {
  expectNamedArrays('encodeSafetensors: the tensors', tensors);
  for (const [name, array] of Object.entries(tensors)) {
    const { shape, data } = hostArray(name, array);
    if (data.length !== numel(shape)) {
      throw new ShapeError('a tensor does not fill its shape', {
        path: name,
        received: `${data.length} elements`,
        expected: `${numel(shape)} for ${formatShape(shape)}`,
      });
    }
    if (name === METADATA || /\p{Surrogate}/u.test(name)) {
      throw new ValueError('safetensors cannot hold a tensor of this name', {
        path: JSON.stringify(name),
        expected: `text of whole characters, but not ${METADATA}`,
        fix: 'give the tensor another name',
      });
    }
  }
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text === 'string' && !/\p{Surrogate}/u.test(`${key}${text}`)) continue;
    throw new ValueError('safetensors cannot hold this metadata', {
      path: `metadata.${key}`,
      received: typeof text === 'string' ? 'half a character' : typeof text,
      expected: 'a text',
      fix: 'use JSON.stringify for anything else',
    });
  }
}

// Present in every browser and in Node, but not in the language's own library types, which is all that core builds on.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
