/** How the range of an activation is found from the numbers that it had. */
export type CalibrationMethod = 'min-max' | 'entropy' | 'percentile';

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** How often numbers fell into each of `counts.length` equal parts of `−reach … reach`. */
export interface Histogram {
  readonly reach: number;
  readonly counts: Float64Array;
}

const BINS = 4096;
/** Of the grid that entropies are compared on, and how many bins further the next range goes. */
const [LEVELS, STEP] = [128, 8];
/** Of the numbers, at least so many are inside the range of 'entropy'. */
const SHARE = 0.99;

export function emptyHistogram({ min, max }: Extent): Histogram {
  return { reach: Math.max(Math.abs(min), Math.abs(max)), counts: new Float64Array(BINS) };
}

export function addTo({ reach, counts }: Histogram, values: ArrayLike<number>): void {
  if (reach === 0) return;
  const factor = BINS / (2 * reach);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((values[i] as number) + reach) * factor)));
    counts[bin] = (counts[bin] as number) + 1;
  }
}

/** The range of which `(100 − percentile) / 2` per cent of the numbers lie outside on each side, and never more than what occurred. */
export function percentileRange({ reach, counts }: Histogram, extent: Extent, percentile: number): Extent {
  const total = counts.reduce((a, b) => a + b, 0);
  if (total === 0) return extent;
  const cut = (100 - percentile) / 200;
  const edge = (bin: number): number => -reach + (bin * 2 * reach) / BINS;
  const [left, right] = [firstAbove(counts, cut * total), firstAbove(counts, (1 - cut) * total)];
  return { min: Math.max(extent.min, edge(left)), max: Math.min(extent.max, edge(right + 1)) };
}

/** The first bin up to which at least `wanted` numbers lie. */
function firstAbove(counts: Float64Array, wanted: number): number {
  let sum = 0;
  for (const [bin, count] of counts.entries()) {
    sum += count;
    if (sum >= wanted && sum > 0) return bin;
  }
  return counts.length - 1;
}

/**
 * The symmetric range whose grid of 128 levels for sizes loses least information: the least Kullback-Leibler divergence between the sizes with what lies outside moved
 * to the end, and the same on the grid (Migacz 2017, as in TensorRT). How many are zero, which every grid has, says nothing. At most one in a hundred of the others
 * lies outside: where many numbers are the same few, such as behind a black background, a grid of those alone would lose least information.
 */
export function entropyRange({ reach, counts }: Histogram, extent: Extent): Extent {
  const sizes = sizesOf(counts);
  if (sizes.every((count) => count === 0)) return extent;
  let [best, least] = [sizes.length, Number.POSITIVE_INFINITY];
  for (let end = firstRange(sizes); end <= sizes.length; end += STEP) {
    const divergence = divergenceAt(sizes, end);
    // Of equal ones the widest.
    if (divergence <= least) [best, least] = [end, divergence];
  }
  const bound = (best * reach) / sizes.length;
  return { min: Math.max(extent.min, -bound), max: Math.min(extent.max, bound) };
}

/** The shortest range that is looked at, in bins. */
function firstRange(sizes: Float64Array): number {
  const inside = SHARE * sizes.reduce((a, b) => a + b, 0);
  const bins = firstAbove(sizes, inside) + 1;
  return Math.max(LEVELS, Math.min(sizes.length, STEP * Math.ceil(bins / STEP)));
}

/** The histogram of sizes; its first bin, with the zeros, as large as the second at most. */
function sizesOf(counts: Float64Array): Float64Array {
  const middle = counts.length / 2;
  const sizes = Float64Array.from(
    { length: middle },
    (_, i) => (counts[middle + i] as number) + (counts[middle - 1 - i] as number),
  );
  sizes[0] = Math.min(sizes[0] as number, sizes[1] as number);
  return sizes;
}

function divergenceAt(sizes: Float64Array, end: number): number {
  const inside = sizes.slice(0, end);
  const clipped = Float64Array.from(inside);
  clipped[end - 1] = (clipped[end - 1] as number) + sizes.subarray(end).reduce((a, b) => a + b, 0);
  const onGrid = new Float64Array(end);
  const width = end / LEVELS;
  for (let level = 0; level < LEVELS; level++) {
    const [from, to] = [Math.floor(level * width), Math.floor((level + 1) * width)];
    let [total, used] = [0, 0];
    for (let i = from; i < to; i++) {
      total += inside[i] as number;
      if (clipped[i] !== 0) used++;
    }
    if (used === 0) continue;
    for (let i = from; i < to; i++) if (clipped[i] !== 0) onGrid[i] = total / used;
  }
  return divergence(smoothed(clipped), smoothed(onGrid));
}

/** Takes a little from what occurs for what does not, so that no logarithm is of zero. */
function smoothed(counts: Float64Array, little = 1e-4): Float64Array {
  const zeros = counts.reduce((n, count) => (count === 0 ? n + 1 : n), 0);
  const others = counts.length - zeros;
  if (zeros === 0 || others === 0) return counts;
  const share = (little * zeros) / others;
  return counts.map((count) => (count === 0 ? little : Math.max(little, count - share)));
}

function divergence(p: Float64Array, q: Float64Array): number {
  const [sumP, sumQ] = [p, q].map((list) => list.reduce((a, b) => a + b, 0)) as [number, number];
  if (sumQ === 0) return Number.POSITIVE_INFINITY;
  return p.reduce((sum, value, i) => {
    const [x, y] = [value / sumP, (q[i] as number) / sumQ];
    return x === 0 ? sum : y === 0 ? Number.POSITIVE_INFINITY : sum + x * Math.log(x / y);
  }, 0);
}
