import { formatRatio, formatTable } from '../lib/table.ts';
import type { WaitingResult } from './waiting.ts';

export interface DataEngineResult {
  readonly name: string;
  /** Of each round. */
  readonly seconds: readonly number[];
  /** Images a second: of the median and of the fastest round. NaN when nothing was measured. */
  readonly perSecond: number;
  readonly best: number;
  /** Why not. */
  readonly note: string;
}

export interface DataResult {
  /** Of MNIST. */
  readonly images: number;
  readonly memory: readonly DataEngineResult[];
  readonly jpegs: {
    readonly count: number;
    /** Sides that they are resized to. */
    readonly size: number;
    /** The first reads one file after the other, the third has workers. */
    readonly engines: readonly DataEngineResult[];
  };
  readonly waiting: readonly WaitingResult[];
  readonly note: string;
}

export const BARS = {
  /** Images a second from memory. */
  memory: 1e6,
  /** Workers in terms of none. */
  workers: 1.6,
  /** Share of time that training waits. */
  waiting: 0.03,
} as const;

export function formatDataResult({ images, memory, jpegs, waiting, note }: DataResult): string {
  const fastest = memory[0]?.perSecond ?? Number.NaN;
  const [none, , workers] = jpegs.engines;
  const ratio = (workers?.perSecond ?? Number.NaN) / (none?.perSecond ?? Number.NaN);
  const best = (workers?.best ?? Number.NaN) / (none?.best ?? Number.NaN);
  const worst = Math.max(...waiting.filter(({ isJudged }) => isJudged).map(({ share }) => share));
  return [
    `MNIST from memory, ${images} images, shuffled; bar ${rate(BARS.memory)} images/s: ${verdict(fastest >= BARS.memory)}`,
    formatTable(['loader', 'images/s', 'best', 'note'], memory.map(row)),
    '',
    `${jpegs.count} JPEG files of 256 × 256, resized to ${jpegs.size} × ${jpegs.size}; workers give ${formatRatio(ratio)} of none ` +
      `(best rounds ${formatRatio(best)}), bar ${BARS.workers}: ${verdict(ratio >= BARS.workers)}`,
    formatTable(['loader', 'images/s', 'best', 'note'], jpegs.engines.map(row)),
    '',
    `LeNet's training loop waits for data for ${percent(worst)} of the time, bar ${percent(BARS.waiting)}: ` +
      verdict(worst < BARS.waiting),
    formatTable(
      ['data', 'threads', 'workers', 'epoch s', 'waiting s', 'share', ''],
      waiting.map(({ name, threads, workers: n, epochSeconds, waitSeconds, share, isJudged }) => [
        name,
        String(threads),
        String(n),
        epochSeconds.toPrecision(3),
        waitSeconds.toPrecision(3),
        percent(share),
        isJudged ? '' : 'not judged',
      ]),
    ),
    ...(note === '' ? [] : [note]),
  ].join('\n');
}

function row({ name, perSecond, best, note }: DataEngineResult): readonly string[] {
  return [name, rate(perSecond), rate(best), note];
}

function rate(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'NOT MET';
}
