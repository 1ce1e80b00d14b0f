import { NETS, type NetName } from '../lib/nets.ts';
import { median, type Summary, summarize } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import { type BrowserEngine, batchSizeOf } from './engines.ts';
import type { EngineFindings, PageReport, PageTask } from './protocol.ts';

export interface BrowserEngineResult extends EngineFindings, Omit<Summary, 'samples'> {
  /** How many images a measured step had; samples are scaled to a whole batch. */
  readonly batchSize: number;
  /** Median in terms of that of TensorFlow.js as it comes, on the same kernels, whatever number of threads is faster for it. */
  readonly ratio: number | null;
  /** Median of the time outside of the runtime in terms of that inside. */
  readonly overhead: number | null;
}

/** What must hold. */
export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly isMet: boolean;
}

/** One network, all engines, in one page. */
export interface BrowserResult {
  readonly net: NetName;
  readonly epochImages: number;
  /** What draws, or null where nothing has to. */
  readonly graphics: string | null;
  readonly isIsolated: boolean;
  /** Frames a second of the page while nothing trains. */
  readonly idleFps: number;
  readonly engines: readonly BrowserEngineResult[];
  readonly bars: readonly Bar[];
}

/** Losses may differ by so much in terms of themselves: own engines compute the same, others round in another order. */
const OWN_TOLERANCE = 1e-4;
const OTHER_TOLERANCE = 1e-3;

const STOCK_TIMES = 4;
const LENET_MS = 25;
const OVERHEAD = 0.05;

export function browserResult(task: PageTask, graphics: string | null, report: PageReport): BrowserResult {
  const { net, epochBatches } = task;
  const scaled = task.engines.map((engine, i) => {
    const found = report.engines[i] as EngineFindings;
    const batchSize = batchSizeOf(engine, net);
    const scale = NETS[net].batchSize / batchSize;
    const samples = found.samples.map((ms) => ms * scale);
    return { engine, ...found, ...summarize(samples), samples, batchSize };
  });
  const results = scaled.map(({ engine, ...found }) => {
    const stock = scaled.filter(
      (one) => one.engine.by === 'stock-tfjs' && one.engine.kernel === engine.kernel && one.samples.length > 0,
    );
    const ratio = found.median / Math.min(...stock.map((one) => one.median));
    const expected = scaled.find((one) => one.batchSize === found.batchSize && one.losses.length > 0);
    return {
      ...found,
      ratio: stock.length > 0 && Number.isFinite(ratio) ? ratio : null,
      overhead: found.overheads.length === 0 ? null : median(found.overheads),
      notes: [
        ...found.notes,
        ...(found.batchSize === NETS[net].batchSize
          ? []
          : [`steps of ${found.batchSize} images, times ${NETS[net].batchSize / found.batchSize}`]),
        ...otherLosses(engine, found.losses, expected?.losses ?? []),
      ],
    };
  });
  return {
    net,
    epochImages: epochBatches * NETS[net].batchSize,
    graphics,
    isIsolated: report.isIsolated,
    idleFps: fpsOf(report.idle),
    engines: results,
    bars: barsOf(net, results),
  };
}

function otherLosses({ by }: BrowserEngine, losses: readonly number[], expected: readonly number[]): readonly string[] {
  const tolerance = by === 'stock-tfjs' || by === 'jax-js' ? OTHER_TOLERANCE : OWN_TOLERANCE;
  const isSame = losses.every((loss, i) => Math.abs(loss - (expected[i] ?? Number.NaN)) <= tolerance * Math.abs(loss));
  return isSame ? [] : [`OTHER LOSSES: ${losses.join(', ')}, not ${expected.join(', ')}`];
}

/** Only of what was measured. */
function barsOf(net: NetName, results: readonly BrowserEngineResult[]): readonly Bar[] {
  const named = (name: string): BrowserEngineResult | undefined => results.find((one) => one.name === name);
  const bars: Bar[] = [];
  for (const threads of [1, 2]) {
    const name = `onnx:wasm-${threads}`;
    const own = named(name);
    if (own === undefined || own.samples.length === 0) continue;
    if (net === 'mlp' && own.ratio !== null) {
      const times = 1 / own.ratio;
      bars.push({
        what: `${name} so many times as fast as stock-tfjs:wasm at its best`,
        value: times,
        limit: STOCK_TIMES,
        isMet: times >= STOCK_TIMES,
      });
    }
    if (net === 'lenet' && threads === 2) {
      bars.push({ what: `${name}, ms a step`, value: own.median, limit: LENET_MS, isMet: own.median < LENET_MS });
    }
    if (own.overhead !== null) {
      const what = `${name}, time outside of ONNX Runtime in terms of that inside`;
      bars.push({ what, value: own.overhead, limit: OVERHEAD, isMet: own.overhead < OVERHEAD });
    }
  }
  return bars;
}

function fpsOf(frames: PageReport['idle'] | null): number {
  return frames === null ? Number.NaN : frames.perSecond;
}

export function formatBrowserResult(result: BrowserResult): string {
  const { net, epochImages, graphics, isIsolated, idleFps, engines, bars } = result;
  const { title, batchSize } = NETS[net];
  const header = [
    ...['engine', 'ms a step', 'min', 'of stock', 'third loss', 'first step', 'first epoch', 'frames/s', 'longest gap'],
    ...['overhead', 'note'],
  ];
  const rows = engines.map((one) => [
    one.name,
    formatMs(one.median),
    formatMs(one.min),
    formatRatio(one.ratio ?? Number.NaN),
    one.losses.at(-1)?.toFixed(5) ?? '–',
    formatMs(one.firstStepMs ?? Number.NaN),
    formatMs(one.epochMs ?? Number.NaN),
    one.frames === null ? '–' : one.frames.perSecond.toFixed(1),
    formatMs(one.frames?.longest ?? Number.NaN),
    one.overhead === null ? '–' : `${(100 * one.overhead).toFixed(2)} %`,
    one.notes.join('; '),
  ]);
  return [
    `${title} in Chromium, batch ${batchSize}, an epoch of ${epochImages} images; times in ms; ${idleFps.toFixed(1)} frames/s when idle` +
      `${isIsolated ? '' : '; NOT CROSS-ORIGIN ISOLATED: one thread everywhere'}`,
    ...(graphics === null ? [] : [`graphics: ${graphics}`]),
    formatTable(header, rows),
    ...bars.map(formatBar),
  ].join('\n');
}

function formatBar({ what, value, limit, isMet }: Bar): string {
  return `bar: ${what}: ${value.toPrecision(3)}, limit ${limit}: ${isMet ? 'met' : 'NOT MET'}`;
}
