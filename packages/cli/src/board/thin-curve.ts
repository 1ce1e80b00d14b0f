import type { Along } from './protocol.ts';

/** When something was measured. */
export type CurvePlace = Readonly<Record<Along, number>>;

/** A number, when it was measured, and how many came before it. */
export interface CurvePoint extends CurvePlace {
  readonly value: number;
  readonly index: number;
}

/** A curve that grows, and never has more than about a thousand points. */
export interface ThinCurve {
  add(place: CurvePlace, value: number): void;
  /** In order, about `most` of them at most. */
  points(most?: number): readonly CurvePoint[];
}

/** When there are so many stretches, each two become one. */
const MOST = 256;
/** Of a point: epoch, step, seconds, value, index. */
const FIELDS = 5;
const VALUE = 3;
/** Of a stretch: its first, lowest, highest and last point, one after the other. Numbers in a row, since hundreds of runs have thousands of them. */
const SIZE = 4 * FIELDS;
const [FIRST, LOW, HIGH, LAST] = [0, 1, 2, 3].map((i) => i * FIELDS) as [number, number, number, number];

/**
 * Of stretches of equal length, the first, the lowest, the highest and the last point. With more points stretches get longer, all at once,
 * so that early epochs are not thinner than late ones.
 */
export function thinCurve(): ThinCurve {
  let data = new Float64Array(8 * SIZE);
  // Stretches, the points in each, those in the last one, and all there were.
  let [stretches, length, inLast, count] = [0, 1, 0, 0];
  const point = new Float64Array(SIZE);
  return {
    add({ epoch, step, seconds }, value) {
      for (const at of [FIRST, LOW, HIGH, LAST]) {
        point[at] = epoch;
        point[at + 1] = step;
        point[at + 2] = seconds;
        point[at + VALUE] = value;
        point[at + 4] = count;
      }
      count += 1;
      if (stretches > 0 && inLast < length) {
        join(data, (stretches - 1) * SIZE, point, 0);
        inLast += 1;
        return;
      }
      if (stretches === MOST) {
        data = inGroups(data, stretches, 2);
        stretches = MOST / 2;
        length *= 2;
      } else if (stretches * SIZE === data.length) {
        data = grown(data);
      }
      data.set(point, stretches * SIZE);
      stretches += 1;
      inLast = 1;
    },
    points(most = Number.POSITIVE_INFINITY) {
      // Few epochs are a point each.
      const isFew = length === 1 && stretches <= most;
      const size = isFew ? 1 : Math.max(1, Math.ceil((4 * stretches) / most));
      const shown = size > 1 ? inGroups(data, stretches, size) : data;
      return Array.from({ length: Math.ceil(stretches / size) }, (_, i) => pointsOf(shown, i * SIZE)).flat();
    },
  };
}

function grown(data: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * data.length);
  larger.set(data);
  return larger;
}

/** Each `size` stretches as one. */
function inGroups(data: Float64Array<ArrayBuffer>, stretches: number, size: number): Float64Array<ArrayBuffer> {
  const joined = data.slice();
  for (let i = 0; i < stretches; i++) {
    const to = Math.floor(i / size) * SIZE;
    if (i % size === 0) joined.copyWithin(to, i * SIZE, (i + 1) * SIZE);
    else join(joined, to, joined, i * SIZE);
  }
  return joined;
}

/** Makes the stretch at `to` one with that at `from` of another array, which comes after it. What is not finite is neither lowest nor highest. */
function join(data: Float64Array, to: number, other: Float64Array, from: number): void {
  const heightOf = (array: Float64Array, at: number): number => array[at + VALUE] as number;
  const take = (at: number): void => data.set(other.subarray(from + at, from + at + FIELDS), to + at);
  const [low, high] = [heightOf(data, to + LOW), heightOf(data, to + HIGH)];
  if (heightOf(other, from + LOW) < low || !Number.isFinite(low)) take(LOW);
  if (heightOf(other, from + HIGH) > high || !Number.isFinite(high)) take(HIGH);
  take(LAST);
}

function pointsOf(data: Float64Array, at: number): readonly CurvePoint[] {
  const all = [FIRST, LOW, HIGH, LAST].map((one): CurvePoint => {
    const [epoch, step, seconds, value, index] = data.subarray(at + one, at + one + FIELDS) as unknown as [
      ...[number, number, number, number, number],
    ];
    return { epoch, step, seconds, value, index };
  });
  const distinct = new Map(all.map((point) => [point.index, point]));
  return [...distinct.values()].sort((a, b) => a.index - b.index);
}
