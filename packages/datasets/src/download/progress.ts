/** What a download is doing; `set` is the id of the data set and `url` is shown without secrets. */
export type DownloadEvent = { readonly set: string; readonly file: string } & (
  | { readonly type: 'start'; readonly url: string; readonly resumedAt: number; readonly total: number | undefined }
  | ({ readonly type: 'progress' } & Progress)
  | { readonly type: 'retry'; readonly url: string; readonly problem: string; readonly waitMs: number }
  | { readonly type: 'mirror-failed'; readonly url: string; readonly problem: string }
  | { readonly type: 'waiting'; readonly pid: number | undefined; readonly host: string | undefined }
  | { readonly type: 'unpack'; readonly member: string }
  | { readonly type: 'done'; readonly path: string; readonly hash: string; readonly firstUse: boolean }
);

export interface Progress {
  readonly received: number;
  readonly total: number | undefined;
  /** Bytes a second over the last seconds. */
  readonly rate: number;
  /** Seconds that are left at this rate; unknown without a total. */
  readonly remaining: number | undefined;
}

const WINDOW_MS = 5_000;
const INTERVAL_MS = 100;

/** Turns byte counts into progress, at most ten times a second and once more at the end. */
export function progressMeter(
  total: number | undefined,
  start: number,
  report: (progress: Progress) => void,
  now: () => number = () => performance.now(),
): (received: number) => void {
  let samples: { readonly at: number; readonly received: number }[] = [{ at: now(), received: start }];
  let reported = Number.NEGATIVE_INFINITY;
  return (received) => {
    const at = now();
    if (at - reported < INTERVAL_MS && received !== total) return;
    reported = at;
    samples.push({ at, received });
    const recent = samples.findIndex((sample) => at - sample.at <= WINDOW_MS);
    // One sample before the window stays, so that a slow connection has a rate at all.
    samples = samples.slice(Math.max(0, recent - 1));
    const first = samples[0] as (typeof samples)[number];
    const rate = at > first.at ? ((received - first.received) * 1000) / (at - first.at) : 0;
    report({
      received,
      total,
      rate,
      remaining: total === undefined || rate === 0 ? undefined : (total - received) / rate,
    });
  };
}
