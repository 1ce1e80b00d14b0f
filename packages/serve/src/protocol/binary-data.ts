import { DATATYPES, type Datatype, type NumberData, type TensorData } from './datatypes.ts';
import { ProtocolError } from './errors.ts';
import { elementsOf } from './tensor.ts';

// Binary tensors are little-endian, as is every machine that Node and browsers run on.

/**
 * Elements from the bytes of a binary tensor: a view where the bytes begin where elements may begin, else a copy.
 * @throws ProtocolError when they are not those of the shape, or not of the datatype.
 */
export function dataFromBytes(
  bytes: Uint8Array,
  datatype: Datatype,
  shape: readonly number[],
  path: string,
): TensorData {
  const { bytes: size, array, kind } = DATATYPES[datatype];
  const count = elementsOf(shape);
  if (size === null || array === null) return stringsFromBytes(bytes, count, path);
  if (bytes.length !== count * size) {
    throw new ProtocolError('a binary tensor has another size than its shape says', {
      path,
      received: `${bytes.length} bytes`,
      expected: `${count * size}, for ${datatype} [${shape.join(', ')}]`,
    });
  }
  if (kind === 'bool') expectBools(bytes, path);
  if (bytes.byteOffset % size === 0) return new array(bytes.buffer, bytes.byteOffset, count);
  const copy = new array(count);
  new Uint8Array(copy.buffer).set(bytes);
  return copy;
}

/** The bytes of the elements; a view for all but BYTES. */
export function dataToBytes(data: TensorData, datatype: Datatype): Uint8Array {
  if (datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = data as NumberData;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  const strings = data as readonly Uint8Array[];
  const bytes = new Uint8Array(strings.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const string of strings) {
    view.setUint32(at, string.length, true);
    bytes.set(string, at + 4);
    at += 4 + string.length;
  }
  return bytes;
}

function expectBools(bytes: Uint8Array, path: string): void {
  const odd = bytes.findIndex((value) => value > 1);
  if (odd < 0) return;
  throw new ProtocolError('a binary tensor of BOOL holds another byte', {
    path,
    received: `${bytes[odd]} at position ${odd}`,
    expected: '0 or 1',
  });
}

/** Each is its length in four bytes, then its bytes. */
function stringsFromBytes(bytes: Uint8Array, count: number, path: string): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = (received: string): ProtocolError =>
    new ProtocolError('a binary tensor of BYTES is not whole', {
      path,
      received,
      expected: `${count} elements, each its length in four bytes, little-endian, and its bytes`,
    });
  const strings: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (strings.length === count) throw wrong(`${bytes.length - at} bytes behind the last element`);
    if (at + 4 > bytes.length) throw wrong(`${bytes.length - at} bytes where a length was expected`);
    const length = view.getUint32(at, true);
    at += 4;
    if (length > bytes.length - at)
      throw wrong(`element ${strings.length} of ${length} bytes, ${bytes.length - at} are left`);
    strings.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (strings.length !== count) throw wrong(`${strings.length} elements`);
  return strings;
}
