import { median } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import type { Tally } from './load.ts';

export interface ThroughputResult {
  readonly net: string;
  /** Rows of one request, and the most that are joined. */
  readonly rows: number;
  readonly joined: number;
  readonly connections: number;
  /** Rows a second in each round. */
  readonly direct: readonly number[];
  readonly served: readonly number[];
  /** CPU time of the server's process for a row in terms of that of ONNX Runtime by itself, in each round. */
  readonly cpuRatios: readonly number[];
  /** Of the round with the median p99. */
  readonly latency: Pick<Tally, 'p50' | 'p95' | 'p99'>;
  /** Share of ONNX Runtime's throughput that must be reached; null where nothing is asked. */
  readonly bar: number | null;
}

export interface ServeReport {
  readonly throughput: readonly ThroughputResult[];
  readonly overload: {
    readonly capacity: number;
    readonly offered: number;
    readonly queue: number;
    readonly tally: Tally;
  };
  readonly broken: { readonly connections: number; readonly tally: Tally; readonly alone: Tally };
  readonly malformed: { readonly requests: number; readonly odd: number };
  readonly memory: MemoryReport;
}

/** What a server keeps. */
export interface MemoryReport {
  readonly requests: number;
  /** Of those beside the right requests. */
  readonly malformed: number;
  readonly dropped: number;
  /** How often the model was replaced by its file, written anew. */
  readonly reloads: number;
  readonly samples: readonly MemorySample[];
  /** By how many MB resident memory and the heap grow on a line through all samples but those of the first quarter. */
  readonly growth: number;
  readonly heapGrowth: number;
}

export interface MemorySample {
  readonly sent: number;
  /** MB of resident memory, of the heap of the server's own thread, and of memory beside it that it knows of. */
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

export function formatServeReport({ throughput, overload, broken, malformed, memory }: ServeReport): string {
  const rows = throughput.map(({ net, rows, joined, connections, direct, served, cpuRatios, latency, bar }) => {
    const ratios = served.map((value, i) => value / (direct[i] as number));
    const best = Math.max(...ratios);
    return [
      net,
      `${rows}`,
      `${joined}`,
      `${connections}`,
      median(direct).toFixed(0),
      median(served).toFixed(0),
      formatRatio(median(ratios)),
      formatRatio(best),
      formatRatio(median(cpuRatios)),
      formatMs(latency.p50),
      formatMs(latency.p95),
      formatMs(latency.p99),
      bar === null ? '' : `${bar}: ${best >= bar ? 'met' : 'NOT MET'}`,
    ];
  });
  const head = [
    'served',
    'rows',
    'joined to',
    'at once',
    'ORT rows/s',
    'rows/s',
    'ratio',
    'best',
    'CPU ratio',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'bar',
  ];
  const { tally } = overload;
  return [
    formatTable(head, rows),
    `overload: ${overload.offered.toFixed(0)} requests a second where ${overload.capacity.toFixed(0)} can be answered, queue of ${overload.queue}: of ${tally.sent}, ${tally.right} right (${((100 * tally.right) / tally.seconds / overload.capacity).toFixed(0)} % of the capacity), ${tally.refused} refused with 503 and Retry-After, ${tally.wrong} wrong, ${tally.other} lost; p99 of the answered ${formatMs(tally.p99)} ms; bar: ${tally.wrong + tally.other === 0 ? 'met' : 'NOT MET'}`,
    `broken clients: ${broken.connections} connections that go wrong, beside ${broken.tally.sent} requests that do not: ${broken.tally.right} right, ${broken.tally.wrong + broken.tally.other + broken.tally.refused} not; p99 ${formatMs(broken.tally.p99)} ms, without the others ${formatMs(broken.alone.p99)} ms; bar: ${broken.tally.right === broken.tally.sent ? 'met' : 'NOT MET'}`,
    `malformed: of ${malformed.requests} requests changed at random, ${malformed.odd} answered in another way than with a client's mistake; bar: ${malformed.odd === 0 ? 'met' : 'NOT MET'}`,
    formatMemory(memory),
  ].join('\n');
}

/** More than this of resident memory, from the first quarter that counts to the last, is no accident of a collection. */
const MOST_GROWTH = 10;

function formatMemory(memory: MemoryReport): string {
  const { requests, malformed, dropped, reloads, samples, growth, heapGrowth } = memory;
  const later = samples.slice(samples.length >> 2);
  const range = (what: 'resident' | 'heap'): string => {
    const values = later.map((one) => one[what]);
    return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} MB`;
  };
  return `memory of the server over ${requests} requests, ${malformed} malformed ones, ${dropped} dropped connections and ${reloads} reloads, from a quarter of them on: ${range('resident')} resident, ${range('heap')} of heap; on a line through all samples ${growth.toFixed(1)} MB and ${heapGrowth.toFixed(1)} MB more at the end; bar: ${growth <= MOST_GROWTH ? 'met' : 'NOT MET'}`;
}
