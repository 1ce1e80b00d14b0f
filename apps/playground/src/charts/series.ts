/** What a colour stands for. Each is a token, and has a pattern of dashes besides, so that curves are told apart without colours. */
export const TONES = ['train', 'validation', 'test', 'run-1', 'run-2', 'run-3', 'run-4', 'run-5', 'run-6'] as const;
export type Tone = (typeof TONES)[number];

/** Lengths of strokes and gaps in pixels; an unbroken line for none. */
const DASHES: Readonly<Record<Tone, string>> = {
  train: '',
  validation: '7 4',
  test: '2 3',
  'run-1': '',
  'run-2': '7 4',
  'run-3': '2 3',
  'run-4': '11 4 2 4',
  'run-5': '16 5',
  'run-6': '5 3 1 3 1 3',
};

const RUNS = TONES.filter((tone) => tone.startsWith('run'));

/** The colours of runs that are laid over each other; after the sixth they begin again, with other dashes. */
export function runTone(index: number): Tone {
  return RUNS[index % RUNS.length] as Tone;
}

/** The dashes of such a run: no two of thirty-six have the same colour and the same dashes. */
export function runDash(index: number): string {
  return DASHES[runTone(index + Math.floor(index / RUNS.length))];
}

/** One curve. Arrays that grow may be longer than what counts of them. */
export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly y: ArrayLike<number>;
  /** Positions, never falling; left out: 1, 2, 3, … */
  readonly x?: ArrayLike<number>;
  /** Points that count; left out: all of `y`. */
  readonly length?: number;
  /** Lengths of strokes and gaps instead of those of the tone; `''` for an unbroken line. */
  readonly dash?: string;
  /** Drawn thin and pale, as what another curve is the mean of; it has no label of its own at its end. */
  readonly faint?: boolean;
  /** Left out of the legend; the table has it. */
  readonly unlisted?: boolean;
}

export function dashOf({ dash, tone }: Series): string {
  return dash ?? DASHES[tone];
}

export function lengthOf({ y, length }: Series): number {
  return length ?? y.length;
}

export function xAt({ x }: Series, index: number): number {
  return x === undefined ? index + 1 : (x[index] as number);
}

export function yAt({ y }: Series, index: number): number {
  return y[index] as number;
}

/** Index of the point whose position is nearest to `x`, of two equally near the earlier; `-1` of an empty series. */
export function nearest(series: Series, x: number): number {
  const after = firstFrom(series, x);
  if (after === 0) return lengthOf(series) === 0 ? -1 : 0;
  if (after === lengthOf(series)) return after - 1;
  return xAt(series, after) - x < x - xAt(series, after - 1) ? after : after - 1;
}

/** Index of the first point at `x` or after; the length where there is none. */
function firstFrom(series: Series, x: number): number {
  let [low, high] = [0, lengthOf(series)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xAt(series, middle) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The position of a point that is nearest to `x` among all series; `null` where none has points. */
export function nearestPosition(list: readonly Series[], x: number): number | null {
  const found = list.flatMap((series) => {
    const index = nearest(series, x);
    return index < 0 ? [] : [xAt(series, index)];
  });
  if (found.length === 0) return null;
  return found.reduce((best, position) => (Math.abs(position - x) < Math.abs(best - x) ? position : best));
}

/** At most `limit` indices of a list of `length`, evenly spaced, with the first and the last. */
export function spaced(length: number, limit: number): readonly number[] {
  if (length <= limit) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: limit }, (_, k) => Math.round((k * (length - 1)) / (limit - 1)));
}
