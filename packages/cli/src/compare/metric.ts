import { type EpochRecord, type MetricPath, type Mode, modeOf } from '@descent/core';
import { METRICS } from '../config/callables/index.ts';
import { buildMetrics } from '../config/calls.ts';
import type { LoadedConfig } from '../config/load.ts';
import { didYouMean } from '../config/suggest.ts';
import { UsageError } from '../errors.ts';
import { numbersOf } from '../sweep/trial/outcome.ts';

/** What is compared, and which way is better. */
export interface Watched {
  readonly metric: MetricPath;
  readonly mode: Mode;
}

/** Every number that all epochs have, by its path. */
export function sharedPaths(histories: readonly (readonly EpochRecord[])[]): readonly string[] {
  const [first = [], ...others] = histories.map((history) => pathsOf(history));
  return first.filter((path) => others.every((paths) => paths.includes(path)));
}

/** Which way losses, and metrics of core's own, get better: by their names, for trainings that do not say it themselves. */
export function knownDirections(): Readonly<Record<string, 'lower' | 'higher'>> {
  const names = (Object.keys(METRICS) as (keyof typeof METRICS)[]).filter((name) => name !== 'metricOn');
  // One by one: accuracy and binaryAccuracy have one name.
  const metrics = names.flatMap((name) => buildMetrics([name === 'topKAccuracy' ? [name, 5] : name]));
  const known = metrics.flatMap(({ name, better }) => (better === undefined ? [] : [[name, better] as const]));
  return { loss: 'lower', ...Object.fromEntries(known) };
}

function pathsOf(history: readonly EpochRecord[]): readonly string[] {
  return [...new Set(history.flatMap((record) => Object.keys(numbersOf(record))))];
}

/**
 * The number to compare: `asked`, else an accuracy of held-out data, else their first other metric, else their loss.
 * @throws UsageError when not all have it, or nothing says which way it gets better.
 */
export function watchedOf(
  paths: readonly string[],
  configs: readonly (LoadedConfig | null)[],
  asked: string | undefined,
  mode: Mode | undefined,
): Watched {
  const set = ['test', 'validation', 'train'].find((one) => paths.some((path) => path.startsWith(`${one}.`))) ?? 'test';
  const own = paths.filter((path) => path.startsWith(`${set}.`));
  const metric =
    asked ?? own.find((path) => path.endsWith('accuracy')) ?? own.find((path) => !path.endsWith('.loss')) ?? own[0];
  if (metric === undefined || !paths.includes(metric)) {
    throw new UsageError(`not all have a number ${metric ?? 'to compare'}${didYouMean(metric ?? '', paths)}`, {
      path: '--metric',
      received: asked ?? 'nothing in common',
      expected: paths.join(', ') || 'trainings that share a number',
      fix: 'name one that all have, or give the configs the same metrics',
    });
  }
  const directions = {
    // Of configs that cannot be read any more, core's own metrics are known by their names.
    ...knownDirections(),
    ...Object.fromEntries(configs.flatMap((config) => config?.metrics.map((m) => [m.name, m.better] as const) ?? [])),
  };
  const path = metric as MetricPath;
  try {
    return { metric: path, mode: modeOf(path, mode, { sets: ['train', 'validation', 'test'], directions }) };
  } catch {
    throw new UsageError(`nothing says which way ${metric} gets better`, { fix: 'say it: --mode min, or --mode max' });
  }
}
