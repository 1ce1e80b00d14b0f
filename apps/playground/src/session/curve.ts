/** Numbers of each batch, in the order of training: element `i` is of step `i + 1`. NaN: not known. */
export interface Curve {
  readonly losses: Float64Array;
  readonly accuracies: Float64Array;
}

export const EMPTY_CURVE: Curve = { losses: new Float64Array(0), accuracies: new Float64Array(0) };

/**
 * The curve with the steps `from`, `from + 1`, … (counted from 1), which end it: what stood there and behind is gone, and steps between are not
 * known. Curves that grow share their memory, so that each group of steps costs what it is long.
 */
export function withSteps(
  curve: Curve,
  from: number,
  losses: readonly number[],
  accuracies: readonly (number | null)[],
): Curve {
  return {
    losses: extended(curve.losses, from - 1, losses),
    accuracies: extended(
      curve.accuracies,
      from - 1,
      accuracies.map((value) => value ?? Number.NaN),
    ),
  };
}

const LEAST_CAPACITY = 1024;

function extended(array: Float64Array, at: number, values: readonly number[]): Float64Array {
  const length = at + values.length;
  const capacity = array.buffer.byteLength / Float64Array.BYTES_PER_ELEMENT;
  const isAppended = at >= array.length && length <= capacity;
  const room = isAppended
    ? new Float64Array(array.buffer as ArrayBuffer)
    : new Float64Array(Math.max(LEAST_CAPACITY, 2 * length));
  if (!isAppended) room.set(array.subarray(0, at));
  room.fill(Number.NaN, Math.min(array.length, at), at);
  room.set(values, at);
  return room.subarray(0, length);
}
