import { median, type Summary, summarize } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import type { Mode } from '../lib/turns.ts';
import type { Trial } from './best-way.ts';

/** What an engine did with a network. */
export interface EngineRun {
  readonly name: string;
  /** ms a step, one for each round. */
  readonly samples: readonly number[];
  /** Of the first steps. */
  readonly losses: readonly number[];
  /** From nothing until the process takes requests: what has to be loaded. */
  readonly startMs: number | null;
  /** Building the network, compiling it, and the first step. */
  readonly firstStepMs: number | null;
  /** The most memory that was resident. */
  readonly peakMiB: number | null;
  readonly note: string;
}

export interface NetworkRow extends EngineRun, Omit<Summary, 'samples'> {
  /** The median over the rounds of its time in terms of the fastest PyTorch's in the same round, and the ratio of minima. */
  readonly ratio: number | null;
  readonly ratioOfMinima: number | null;
}

export interface NetworkResult {
  readonly net: string;
  readonly title: string;
  readonly mode: Mode;
  readonly reference: string | null;
  readonly engines: readonly NetworkRow[];
  /** What the search for PyTorch's best way tried. */
  readonly trials: readonly Trial[];
}

type Runs = Omit<NetworkResult, 'reference' | 'engines'> & { readonly engines: readonly EngineRun[] };

export function networkResult({ engines, ...rest }: Runs): NetworkResult {
  const torch = engines.filter(({ name, samples }) => name !== 'descent' && samples.length > 0);
  const reference = torch.toSorted((a, b) => median(a.samples) - median(b.samples))[0];
  return {
    ...rest,
    reference: reference?.name ?? null,
    engines: engines.map((engine) => {
      const { median: middle, min } = summarize(engine.samples);
      const ratios = engine.samples.map((sample, i) => sample / (reference?.samples[i] ?? Number.NaN));
      return {
        ...engine,
        median: middle,
        min,
        ratio: finite(median(ratios)),
        ratioOfMinima: finite(min / Math.min(...(reference?.samples ?? [Number.NaN]))),
      };
    }),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function formatNetworkResult({ title, mode, reference, engines, trials }: NetworkResult): string {
  const measure = mode.kind === 'cpu' ? 'CPU ms a step at one thread' : `wall ms a step at ${mode.threads} threads`;
  const header = ['engine', 'median', 'min', `of ${reference ?? 'none'}`, 'of minima', 'first step', 'peak', 'note'];
  const rows = engines.map((engine) => [
    engine.name,
    formatMs(engine.median),
    formatMs(engine.min),
    formatRatio(engine.ratio ?? Number.NaN),
    formatRatio(engine.ratioOfMinima ?? Number.NaN),
    ...coldCells(engine),
    engine.note,
  ]);
  const tried = trials.map(
    ({ way, ratio, note }) => `  ${way}: ${ratio === null ? note : `${formatRatio(ratio)} of the best before`}`,
  );
  return [`${title}: ${measure}`, formatTable(header, rows), ...(tried.length === 0 ? [] : ['tried:', ...tried])].join(
    '\n',
  );
}

function coldCells({ startMs, firstStepMs, peakMiB }: EngineRun): readonly [string, string] {
  const seconds = startMs === null || firstStepMs === null ? null : (startMs + firstStepMs) / 1000;
  return [seconds === null ? '–' : `${seconds.toFixed(1)} s`, peakMiB === null ? '–' : `${Math.round(peakMiB)} MiB`];
}

/** A line for each network: Descent in terms of PyTorch. */
export function formatNetworks(results: readonly NetworkResult[]): string {
  const header = [
    'network',
    'threads',
    'descent',
    'pytorch',
    'best',
    'of best',
    'of minima',
    'first step',
    'peak',
    'best way',
  ];
  const rows = results.map(({ net, mode, engines, reference }) => {
    const find = (name: string | null): NetworkRow | undefined => engines.find((engine) => engine.name === name);
    const [own, usual, best] = [find('descent'), find('pytorch'), find(reference)];
    const pair = (cells: (engine: EngineRun) => string): string =>
      [own, best].map((engine) => (engine === undefined ? '–' : cells(engine))).join(' / ');
    return [
      net,
      String(mode.threads),
      formatMs(own?.median ?? Number.NaN),
      formatMs(usual?.median ?? Number.NaN),
      formatMs(best?.median ?? Number.NaN),
      formatRatio(own?.ratio ?? Number.NaN),
      formatRatio(own?.ratioOfMinima ?? Number.NaN),
      pair((engine) => coldCells(engine)[0]),
      pair((engine) => coldCells(engine)[1]),
      engines.find(({ note }) => note.includes('OTHER LOSSES'))?.note ?? best?.note ?? own?.note ?? '',
    ];
  });
  return `Networks: Descent in terms of the fastest PyTorch\n${formatTable(header, rows)}`;
}
