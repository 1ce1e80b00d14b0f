import { allocate, type DType, type NDArray, numel, type TensorType } from '@descent/core/backend';

/** A prime, so that rows of no shape have the same numbers: a result in a wrong order differs. */
const PERIOD = 4099;

/** Made-up values of a type: float32 between 0.1 and 1.1, whose roots and logarithms are numbers; the integers below `size`; the same in each process. */
export function madeUp({ dtype, shape }: TensorType, seed: number, size: number): NDArray {
  const data = allocate(dtype as DType, numel(shape));
  const first = Math.min(PERIOD, data.length);
  let state = 2 * seed + 1;
  for (let i = 0; i < first; i++) {
    // The generator of MINSTD: numbers that are spread well are enough.
    state = (state * 48_271) % 2_147_483_647;
    const share = state / 2_147_483_647;
    data[i] = dtype === 'float32' ? share + 0.1 : Math.floor(share * (dtype === 'int32' ? size : 2));
  }
  for (let at = first; at < data.length; at *= 2) data.copyWithin(at, 0, Math.min(at, data.length - at));
  return { dtype, shape, data } as NDArray;
}

/** So much of the largest number may two ways differ, by the order of their sums. */
const TOLERANCE = 1e-4;

/** Whether both hold the same numbers, but for rounding. */
export function agrees(actual: ArrayLike<number>, wanted: ArrayLike<number>): boolean {
  if (actual.length !== wanted.length) return false;
  let [largest, difference] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [actual[i] as number, wanted[i] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) return false;
    largest = Math.max(largest, Math.abs(b));
    difference = Math.max(difference, Math.abs(a - b));
  }
  return difference <= TOLERANCE * largest;
}
