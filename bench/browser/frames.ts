/// <reference lib="dom" />

/** How regularly a page could draw, in milliseconds. */
export interface Frames {
  readonly count: number;
  /** Frames a second, over all the time. */
  readonly perSecond: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
}

/** Counts the frames that the page draws until the function that it gives is called. */
export function countFrames(): () => Frames {
  const gaps: number[] = [];
  let last = performance.now();
  let isOver = false;
  const next = (): void => {
    if (isOver) return;
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return () => {
    isOver = true;
    const sorted = gaps.slice(1).toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
    const perSecond = (1000 * sorted.length) / sorted.reduce((sum, gap) => sum + gap, 0);
    return { count: sorted.length, perSecond, median: at(0.5), p90: at(0.9), p99: at(0.99), longest: at(1) };
  };
}
