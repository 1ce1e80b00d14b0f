import type { NDArray } from '@descent/core';
import { writeAtomically } from '#platform/writing.js';
import { expectArgument } from '../arguments.ts';
import { expectArray } from '../dataset-check.ts';
import { LITTLE, MAGIC } from './npy.ts';

/**
 * Writes an array as a `.npy` file that NumPy reads.
 * @throws FileError when the file cannot be written.
 */
export async function writeNpy(path: string, array: NDArray): Promise<void> {
  expectArgument('writeNpy', typeof path === 'string', path, 'the path of a file');
  await writeAtomically(path, npyBytes(array), { summary: 'the array cannot be written' });
}

/** The bytes of a `.npy` file. Throws a `ValueError` for what is no array, a `ShapeError` when the data do not fill the shape. */
export function npyBytes(array: NDArray): Uint8Array {
  expectArray('npyBytes: the array', array);
  const { dtype, shape, data } = array;
  const count = shape.reduce((a, b) => a * b, 1);
  const codes = { bool: '|b1', uint8: '|u1', int32: '<i4', float32: '<f4', float64: '<f8' };
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${codes[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Version 1 has two bytes for the length of the header; the elements begin at a multiple of 64.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[6] = 1;
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  if (LITTLE || data.BYTES_PER_ELEMENT === 1) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  } else {
    const set = dtype === 'float64' ? 'setFloat64' : dtype === 'float32' ? 'setFloat32' : 'setInt32';
    for (let i = 0; i < count; i++) view[set](start + i * data.BYTES_PER_ELEMENT, data[i] as number, true);
  }
  return bytes;
}
