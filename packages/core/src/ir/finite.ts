import { NumericError } from '../errors.ts';
import { isFloat } from './dtype.ts';
import { hostArray } from './host-array.ts';
import type { NDArray } from './ndarray.ts';

/** The largest float32; larger numbers become infinite. */
export const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Position of the first number that is NaN or infinite, or −1. */
export function firstNonFinite(array: NDArray): number {
  const { dtype, data } = hostArray('the array', array);
  if (!isFloat(dtype)) return -1;
  // A plain loop: `findIndex` on a typed array is several times slower.
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** Throws a `NumericError` that names the first of `arrays`, called `what` together, in which a number is NaN or infinite. */
export function expectFinite(
  what: string,
  arrays: Readonly<Record<string, NDArray>>,
  fix = 'go back to a checkpoint or a file from before training diverged',
): void {
  for (const [name, array] of Object.entries(arrays)) {
    const at = firstNonFinite(array);
    if (at === -1) continue;
    throw new NumericError(`${what} are not all finite`, {
      path: name,
      received: `${array.data[at]}, element ${at} of ${array.data.length}`,
      expected: 'finite numbers: every result would be NaN or meaningless',
      fix,
    });
  }
}
