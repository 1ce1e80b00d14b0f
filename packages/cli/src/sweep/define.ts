import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { DescentError, type MetricPath, type Mode, summarize } from '@descent/core';
import { resolvedBackend } from '../auto/resolved.ts';
import type { DescentConfig } from '../config/define-config.ts';
import { expectConfigName, exploreConfig } from '../config/evaluate.ts';
import { decodeConfig } from '../config/json.ts';
import { type LoadedConfig, loadSource } from '../config/load.ts';
import { middle } from '../config/tunables.ts';
import { hasValidation, watchedMode } from '../config/watched.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { hashOfText } from '../run/folder.ts';
import type { SamplerName, SweepDefinition } from './definition.ts';
import { gridPoint, gridSize } from './samplers/grid.ts';
import { spaceSize } from './samplers/random.ts';
import { parseOver } from './space/over.ts';
import type { Space, Values } from './space/parameter.ts';
import { type SourceOfTrials, trialSource } from './trial/source.ts';

/** What the command line says of a sweep. */
export interface SweepOptions {
  readonly over?: readonly string[];
  readonly sampler?: SamplerName;
  readonly trials?: number;
  readonly epochs?: number;
  readonly minEpochs?: number;
  readonly eta?: number;
  readonly metric?: string;
  readonly mode?: Mode;
  readonly validation?: number;
  readonly seed?: number;
  readonly backend?: string;
}

/** A sweep that can be run. */
export interface DefinedSweep {
  readonly definition: SweepDefinition;
  readonly sources: SourceOfTrials;
  /** How many trials there are in all. */
  readonly trials: number;
  /** The name of the config, for folders. */
  readonly name: string;
  /** What should be known. */
  readonly warnings: readonly string[];
  /** The keys that the config of the best trial has besides: what the command line said. */
  readonly said: Values;
}

/** Keys that are no parameters: the sweep itself decides them, or results could not be compared. */
const NOT_SEARCHED: Readonly<Record<string, string>> = {
  epochs: 'the sweep decides how long trials are trained: --epochs, or --sampler halving for few epochs first',
  validation: 'trials are compared on the same validation data: --validation sets their share',
  backend: 'all trials have the same: --backend',
  out: 'each trial has a folder of its own',
};

const DEFAULT_TRIALS = 20;

/**
 * Reads a config with ranges and says what the sweep over it is. A trial is built on the way, so that what cannot be built is told before anything runs.
 * @throws UsageError when the config or the command line do not say something valid.
 */
export async function defineSweep(path: string, options: SweepOptions, io: Io): Promise<DefinedSweep> {
  const file = resolve(io.cwd, path);
  expectConfigName(path);
  const source = decodeConfig(
    await readFile(file).catch((cause: NodeJS.ErrnoException) => {
      throw new DescentError('the config cannot be read', {
        path,
        received: cause.code ?? String(cause),
        fix: 'check the path; `descent demo` writes configs to start from',
        cause,
      });
    }),
  );
  const explored = await exploreConfig(source, file, io.cwd);
  const space: Space = { ...explored.space, ...Object.fromEntries(parsedOnce(options.over ?? [])) };
  expectSearchable(space, path);
  const sampler = options.sampler ?? (Object.values(space).every(({ kind }) => kind === 'choice') ? 'grid' : 'random');
  const { seed = 0, metric: named } = options;
  const fixed: Values = options.validation === undefined ? {} : { validation: options.validation };
  const sources = { source, file, explored };

  const example = sampler === 'grid' ? gridPoint(space, 0) : middles(space);
  const config = await loadSource(trialSource(sources, { ...example, ...fixed }), file, io.cwd);
  summarize(config.model, config.data.sample);
  const metric = (named ?? defaultMetric(config)) as MetricPath;
  const mode = objective(metric, options.mode, config, explored.config, options.validation !== undefined, space);
  const epochs = options.epochs ?? config.epochs;
  const trials = countOf(sampler, space, options);
  const definition: SweepDefinition = {
    config: hashOfText(source),
    ...{ space, fixed, sampler, seed, epochs, metric, mode },
    halving: sampler === 'halving' ? halvingOf(options, epochs, trials) : null,
    backend: await resolvedBackend(options.backend ?? config.backend, io),
  };
  const said = { ...fixed, ...(options.epochs !== undefined && { epochs }) };
  return { definition, sources, trials, name: nameOf(file), warnings: warningsOf(metric), said };
}

function parsedOnce(texts: readonly string[]): ReturnType<typeof parseOver>[] {
  const parsed = texts.map(parseOver);
  const twice = parsed.find(([path], i) => parsed.findIndex(([other]) => other === path) < i);
  if (twice === undefined) return parsed;
  throw new UsageError(`--over names ${twice[0]} twice`, { fix: 'give all of its values at once, with commas' });
}

function expectSearchable(space: Space, path: string): void {
  const names = Object.keys(space);
  if (names.length === 0)
    throw new UsageError('there is nothing to search', {
      path,
      received: 'a config without ranges, and no --over',
      fix: 'say it on the command line, such as --over optimizer.lr=0.01,0.1,0.2; or in the config: { "$range": [0.01, 0.2], "log": true } in JSON, range(\'lr\', 0.01, 0.2, { log: true }) in TypeScript',
    });
  const wrong = names.find((name) => Object.hasOwn(NOT_SEARCHED, name));
  if (wrong !== undefined)
    throw new UsageError(`${wrong} is not searched`, { path: wrong, fix: NOT_SEARCHED[wrong] as string });
}

function middles(space: Space): Values {
  return Object.fromEntries(Object.entries(space).map(([name, parameter]) => [name, middle(parameter)]));
}

/** What early stopping watches, where that is held-out data; else the loss there. Never the test data by itself. */
function defaultMetric({ earlyStopping }: LoadedConfig): string {
  const watched = earlyStopping?.metric;
  return watched?.startsWith('validation.') === true ? watched : 'validation.loss';
}

function objective(
  metric: MetricPath,
  mode: Mode | undefined,
  { metrics }: LoadedConfig,
  raw: unknown,
  validates: boolean,
  space: Space,
): Mode {
  const config = { ...(raw as DescentConfig), ...(validates && { validation: 0.1 }) };
  if (metric.startsWith('validation.') && !hasValidation(config)) {
    throw new UsageError('there are no validation data to compare trials on', {
      path: '--metric',
      received: metric,
      fix: 'keep some of the training data back: --validation 0.1, or validation: 0.1 in the config. --metric test.loss would choose by the test data, which then no longer say how good the network is on data that it has not seen',
    });
  }
  const ofLoss = Object.keys(space).find((name) => /^loss(?:\.|$)/.test(name));
  if (ofLoss !== undefined && metric.endsWith('.loss'))
    throw new UsageError('losses of different kinds cannot be compared with each other', {
      path: '--metric',
      received: `${metric}, and ${ofLoss} differs between trials`,
      fix: `compare by a metric that stays the same, such as --metric validation.${metrics[0]?.name ?? 'accuracy'}`,
    });
  return watchedMode('--metric', metric, mode, config, metrics);
}

function countOf(sampler: SamplerName, space: Space, { trials }: SweepOptions): number {
  if (sampler === 'grid') {
    if (trials !== undefined)
      throw new UsageError('a grid has as many trials as it has points', {
        path: '--trials',
        received: String(trials),
        expected: `${gridSize(space)}, by itself`,
        fix: 'leave --trials out, or take --sampler random',
      });
    return gridSize(space);
  }
  return Math.min(trials ?? DEFAULT_TRIALS, spaceSize(space));
}

function halvingOf(
  { minEpochs = 1, eta = 3 }: SweepOptions,
  epochs: number,
  trials: number,
): SweepDefinition['halving'] {
  if (minEpochs >= epochs)
    throw new UsageError('halving begins with fewer epochs than it ends with', {
      received: `${minEpochs} at first, ${epochs} at the end`,
      fix: 'give more with --epochs, or fewer with --min-epochs',
    });
  return { least: minEpochs, eta, trials };
}

function warningsOf(metric: string): readonly string[] {
  if (metric.startsWith('test.'))
    return [
      `the best trial is chosen by ${metric}: that number is then too good for what the network does on data that it has not seen`,
    ];
  return metric.startsWith('train.')
    ? [`the best trial is chosen by ${metric}: what fits the training data best may be the worst on others`]
    : [];
}

/** `lenet.config.ts` as `lenet`. */
function nameOf(file: string): string {
  return basename(file, extname(file)).replace(/\.config$/, '') || 'run';
}
