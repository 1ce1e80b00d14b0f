import { NETS, type NetName } from '../lib/nets.ts';
import { type Summary, summarize } from '../lib/statistics.ts';
import { formatMs, formatRatio, formatTable } from '../lib/table.ts';
import type { Mode } from '../lib/turns.ts';

export interface EngineSamples {
  readonly name: string;
  /** ms a step, one for each round. */
  readonly samples: readonly number[];
  readonly note: string;
}

export interface EngineResult extends EngineSamples, Omit<Summary, 'samples'> {
  /** Medians and minima in terms of those of the reference. */
  readonly ratio: number | null;
  readonly ratioOfMinima: number | null;
}

/** One network in one mode, all engines. */
export interface StepResult {
  readonly net: NetName;
  readonly mode: Mode;
  /** The engine that the others are compared with: the faster PyTorch, else the hand-made graph. */
  readonly reference: string | null;
  readonly engines: readonly EngineResult[];
  readonly bar: number;
  /** Whether `descent` stays within the bar; null when there is no PyTorch to compare with. */
  readonly withinBar: boolean | null;
}

const TORCH: readonly string[] = ['pytorch', 'pytorch-best'];

export function stepResult(net: NetName, mode: Mode, engines: readonly EngineSamples[]): StepResult {
  const summaries = engines.map((engine) => ({ ...engine, ...summarize(engine.samples), samples: engine.samples }));
  const measured = summaries.filter(({ samples }) => samples.length > 0);
  const reference =
    measured.filter(({ name }) => TORCH.includes(name)).sort((a, b) => a.median - b.median)[0] ??
    measured.find(({ name }) => name === 'by-hand');
  const results = summaries.map((engine) => ({
    ...engine,
    ratio: ratioOf(engine.median, reference?.median),
    ratioOfMinima: ratioOf(engine.min, reference?.min),
  }));
  const { bar } = NETS[net];
  const own = results.find(({ name }) => name === 'descent')?.ratio ?? null;
  const isComparable = own !== null && reference !== undefined && TORCH.includes(reference.name);
  return {
    net,
    mode,
    reference: reference?.name ?? null,
    engines: results,
    bar,
    withinBar: isComparable ? own <= bar : null,
  };
}

function ratioOf(value: number, reference: number | undefined): number | null {
  const ratio = value / (reference ?? Number.NaN);
  return Number.isFinite(ratio) ? ratio : null;
}

export function formatStepResult({ net, mode, reference, engines, bar, withinBar }: StepResult): string {
  const { title, batchSize } = NETS[net];
  const measure =
    mode.kind === 'cpu'
      ? 'CPU ms a step at one thread'
      : `wall ms a step at ${mode.threads} threads (${mode.workMs} ms of work, ${mode.idleMs} ms idle)`;
  const header = ['engine', 'median', 'min', `of ${reference ?? 'none'}`, 'of minima', 'note'];
  const rows = engines.map(({ name, median, min, ratio, ratioOfMinima, note }) => [
    name,
    formatMs(median),
    formatMs(min),
    formatRatio(ratio ?? Number.NaN),
    formatRatio(ratioOfMinima ?? Number.NaN),
    note,
  ]);
  const verdict =
    withinBar === null ? `bar ${bar}: no PyTorch to compare with` : `bar ${bar}: ${withinBar ? 'met' : 'NOT MET'}`;
  return `${title}, batch ${batchSize}: ${measure}; ${verdict}\n${formatTable(header, rows)}`;
}
