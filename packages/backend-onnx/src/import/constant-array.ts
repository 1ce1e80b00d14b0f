import { DTypeError, type NDArray } from '@descent/core';
import { dependsOnBatch, dtypeOf, type Known, PROBES } from './known.ts';

const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

/** From here on an integer stands for infinity, such as the end of a slice. */
const UNBOUNDED = 2 ** 62;

const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * `value` as an array that a graph can hold. The largest and smallest integers of 64 bits, which stand for "to the end", become those of 32; float64 that is
 * finite stays so.
 * @throws DTypeError for other integers that int32 does not hold, BackendError for what follows from the number of samples.
 */
export function constantArray(value: Known, path: string): NDArray {
  const { elementType, shape, data, second } = value;
  if (second !== undefined)
    throw dependsOnBatch(path, `numbers that follow from it, such as ${data[0]} for ${PROBES[0]} samples`);
  switch (dtypeOf(elementType)) {
    case 'int32':
      return { dtype: 'int32', shape, data: Int32Array.from(data, (v) => bounded(v, elementType)) };
    case 'uint8':
      return { dtype: 'uint8', shape, data: Uint8Array.from(data) };
    case 'bool':
      return { dtype: 'bool', shape, data: Uint8Array.from(data, (v) => (v === 0 ? 0 : 1)) };
    default:
      return { dtype: 'float32', shape, data: floats(value) };
  }
}

/** Numbers as float32, without those becoming infinite that are not. */
export function floats({ elementType, data }: Known): Float32Array<ArrayBuffer> {
  if (elementType !== 'float64') return Float32Array.from(data);
  return Float32Array.from(data, (v) => (Number.isFinite(v) ? Math.min(Math.max(v, -FLOAT32_MAX), FLOAT32_MAX) : v));
}

function bounded(value: number, elementType: string): number {
  if (value >= LEAST && value <= MOST) return value;
  if (Math.abs(value) >= UNBOUNDED) return value < 0 ? LEAST : MOST;
  throw new DTypeError('the model has an integer that is too large here', {
    received: `${value} of type ${elementType}`,
    expected: `integers from ${LEAST} to ${MOST}`,
    fix: 'Descent computes with integers of 32 bits',
  });
}
