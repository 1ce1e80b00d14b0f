import type { NDArray } from '@descent/core';
import type { StepInspection, TensorStatistics } from '@descent/core/diagnose';
import { didYouMean } from '../config/suggest.ts';
import { UsageError } from '../errors.ts';

export const STATISTICS = ['largest', 'mean', 'std', 'min', 'max', 'norm', 'zeros'] as const;
export type WatchedStatistic = (typeof STATISTICS)[number];

/** A number of each step, and when it has gone wrong. */
export interface Watch {
  /** As it was asked for: `loss`, `0.weight`, `0.weight.gradient`, `2.output`. */
  readonly what: string;
  readonly statistic: WatchedStatistic;
  readonly above: number | null;
  readonly below: number | null;
}

/** Where the number comes from. */
export type WatchSource =
  | { readonly kind: 'metric'; readonly name: string }
  | { readonly kind: 'value'; readonly parameter: string }
  | { readonly kind: 'gradient' | 'update' | 'ratio'; readonly parameter: string }
  | { readonly kind: 'output'; readonly layer: string };

export interface Watchable {
  readonly metrics: readonly string[];
  readonly parameters: readonly string[];
  readonly layers: readonly string[];
}

/**
 * What a watch is about.
 * @throws UsageError for a name that the run does not have, with the nearest.
 */
export function watchSource({ what }: Pick<Watch, 'what'>, { metrics, parameters, layers }: Watchable): WatchSource {
  if (metrics.includes(what)) return { kind: 'metric', name: what };
  if (parameters.includes(what)) return { kind: 'value', parameter: what };
  const dot = what.lastIndexOf('.');
  const [name, last] = dot === -1 ? ['', what] : [what.slice(0, dot), what.slice(dot + 1)];
  if ((last === 'gradient' || last === 'update' || last === 'ratio') && parameters.includes(name))
    return { kind: last, parameter: name };
  if (last === 'output' && layers.includes(name)) return { kind: 'output', layer: name };
  const all = [
    ...metrics,
    ...parameters.flatMap((p) => [p, `${p}.gradient`, `${p}.update`, `${p}.ratio`]),
    ...layers.map((l) => (l === '' ? 'output' : `${l}.output`)),
  ];
  throw new UsageError(`there is nothing called '${what}' to watch${didYouMean(what, all)}`, {
    path: '--watch',
    received: what,
    expected: `${metrics.join(', ')}; a parameter (${few(parameters)}), perhaps with .gradient, .update or .ratio behind it; or a layer with .output behind it (${few(layers)})`,
  });
}

function few(names: readonly string[]): string {
  return `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
}

/** Whether the number of a step is seen from inside only. */
export function needsInspection({ kind }: WatchSource): boolean {
  return kind !== 'metric' && kind !== 'value';
}

/** The number in a step that was looked into. */
export function inspectedNumber(source: WatchSource, { statistic }: Watch, seen: StepInspection): number {
  if (source.kind === 'output') {
    const layers = seen.layers.filter(({ path, of, steps }) => path === source.layer && !isState(of, steps));
    return layers.length === 0 ? Number.NaN : Math.max(...layers.map(({ output }) => numberOf(output, statistic)));
  }
  if (source.kind === 'metric' || source.kind === 'value') return Number.NaN;
  const parameter = seen.parameters.find(({ name }) => name === source.parameter);
  if (source.kind === 'ratio') return parameter?.ratio ?? 0;
  const found = parameter?.[source.kind];
  return found == null ? 0 : numberOf(found, statistic);
}

/** A state of the layer's loop is not its output. */
function isState(of: string, steps: StepInspection['layers'][number]['steps']): boolean {
  return steps !== null && of.startsWith('state');
}

export function numberOf(of: TensorStatistics, statistic: WatchedStatistic): number {
  if (of.nan + of.infinite > 0 && statistic !== 'zeros') return Number.NaN;
  return statistic === 'largest' ? Math.max(Math.abs(of.min), Math.abs(of.max)) : of[statistic];
}

/** The largest number of an array by size, without the rest of its statistics. */
export function largestOf({ data }: NDArray): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i] as number);
    if (!(size <= largest)) largest = size;
  }
  return largest;
}

/** Whether a number is out of bounds; NaN is out of all. */
export function isOut({ above, below }: Watch, value: number): boolean {
  return (above !== null && !(value <= above)) || (below !== null && !(value >= below));
}

/** For people: `the largest of 0.weight above 10`. */
export function shownWatch({ above, below, ...watch }: Watch, source: WatchSource): string {
  const bounds = [...(above === null ? [] : [`above ${above}`]), ...(below === null ? [] : [`below ${below}`])];
  return `${shownQuantity(watch, source)} ${bounds.join(' or ')}`;
}

export function shownQuantity({ what, statistic }: Pick<Watch, 'what' | 'statistic'>, { kind }: WatchSource): string {
  if (kind === 'metric' || kind === 'ratio') return what;
  return `${statistic === 'largest' ? 'the largest number' : statistic} of ${what}`;
}
