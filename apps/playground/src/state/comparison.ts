import { type Signal, signal } from '@preact/signals';
import { decodeJson, encodeJson } from './address-code.ts';
import type { Experiment } from './experiment.ts';

/** A run of the comparison: an experiment under a name, trained from one seed or from several that follow its own. */
export interface ComparedRun {
  readonly name: string;
  readonly experiment: Experiment;
  readonly seeds: number;
}

/** Runs that are laid over each other at most; more cannot be told apart. */
export const MOST_RUNS = 12;
export const SEEDS = [1, 3] as const;

/** The runs of the comparison view; `url.ts` keeps them in the address. */
export const comparison: Signal<readonly ComparedRun[]> = signal([]);

/** What an experiment has otherwise than the one of the page; `null` for what it has not. */
type Difference = { readonly [K in keyof Experiment]?: Experiment[K] | null };

/** What an address ends in while there are runs to compare. */
export function runsPart(base: Experiment): string {
  const text = encodeRuns(comparison.value, base);
  return text === '' ? '' : `&${text}`;
}

/** The runs that an address ends in. */
export function runsOfAddress(address: string, base: Experiment): readonly ComparedRun[] {
  return decodeRuns(address.split('&')[1], base);
}

/** The runs as text for an address: each by its difference to `base`. */
export function encodeRuns(runs: readonly ComparedRun[], base: Experiment): string {
  if (runs.length === 0) return '';
  const list = runs.map(({ name, experiment, seeds }) => {
    const difference = differenceOf(base, experiment);
    return seeds === 1 ? [name, difference] : [name, difference, seeds];
  });
  return encodeJson(list);
}

/** What `encodeRuns` wrote; runs that say no experiment are left out. */
export function decodeRuns(text: string | undefined, base: Experiment): readonly ComparedRun[] {
  if (text === undefined || text === '') return [];
  try {
    const list = decodeJson(text);
    return Array.isArray(list) ? list.slice(0, MOST_RUNS).flatMap((entry) => runOf(entry, base)) : [];
  } catch {
    return [];
  }
}

function runOf(entry: unknown, base: Experiment): readonly ComparedRun[] {
  if (!Array.isArray(entry)) return [];
  const [name, difference, seeds = 1] = entry as readonly unknown[];
  if (typeof name !== 'string' || typeof difference !== 'object' || difference === null) return [];
  const merged = Object.entries({ ...base, ...difference }).filter(([, value]) => value !== null);
  const experiment: unknown = Object.fromEntries(merged);
  const known = SEEDS.find((count) => count === seeds);
  return known === undefined || !isExperiment(experiment)
    ? []
    : [{ name: name.slice(0, 80), experiment, seeds: known }];
}

/** Whether a value has the parts of an experiment; what the parts say is judged where it is trained. */
function isExperiment(value: unknown): value is Experiment {
  const { model, data, optimizer, batchSize, epochs, seed, backend } = value as Readonly<Record<string, unknown>>;
  const isCall = (call: unknown): boolean =>
    typeof call === 'string' || (Array.isArray(call) && typeof call[0] === 'string');
  return (
    Array.isArray(model) &&
    model.every(isCall) &&
    isCall(optimizer) &&
    typeof data === 'object' &&
    data !== null &&
    [batchSize, epochs, seed].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) &&
    typeof backend === 'string'
  );
}

export function differenceOf(base: Experiment, other: Experiment): Difference {
  const keys = [...new Set([...Object.keys(base), ...Object.keys(other)])] as (keyof Experiment)[];
  const changed = keys.filter((key) => JSON.stringify(base[key]) !== JSON.stringify(other[key]));
  return Object.fromEntries(changed.map((key) => [key, other[key] ?? null]));
}
