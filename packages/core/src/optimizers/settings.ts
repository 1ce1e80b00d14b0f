import { ValueError } from '../errors.ts';
import { describeValue, expectNumber, expectOptions } from '../options.ts';
import { expectNoCallbacks, expectRate, rateAt, type Schedule } from '../schedules/rate.ts';
import { chain } from './chain.ts';
import { decayOf, expectGroups, GROUP_OPTIONS, type GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import type { GradientTransform } from './transform.ts';
import { addDecayedWeights } from './weight-decay.ts';

/** What most optimizers take. */
export interface CommonOptions extends GroupOptions {
  readonly lr?: Schedule;
  readonly weightDecay?: number;
}

/** What is made of these options. */
export interface Settings {
  /** Weight decay as a stage: in front of the others it is L2 regularization, behind them it is decoupled. */
  readonly decayed: GradientTransform;
  /** The optimizer of these stages. */
  optimizer(...stages: readonly GradientTransform[]): Optimizer;
}

/** Checks the common options and the names of the others, of which `known` are those of this optimizer. */
export function settingsOf(
  name: string,
  options: CommonOptions,
  defaults: { readonly lr?: number; readonly weightDecay?: number },
  known: readonly string[],
): Settings {
  const decay = defaults.weightDecay === undefined ? [] : ['weightDecay'];
  expectOptions(name, options, ['lr', ...known, ...decay, ...GROUP_OPTIONS]);
  const { lr = defaults.lr, weightDecay = defaults.weightDecay ?? 0, groups } = options;
  const { lr: _, groups: __, ...settings } = { ...(weightDecay > 0 && { weightDecay }), ...options };
  expectRate(`${name}.lr`, lr);
  expectNumber(`${name}.weightDecay`, weightDecay, { least: 0 });
  expectGroups(name, options);
  return {
    decayed: addDecayedWeights(decayOf(weightDecay, options)),
    optimizer: (...stages) => ({
      ...{ label: name, lr, settings, transform: chain(...stages) },
      ...(groups !== undefined && { groups }),
    }),
  };
}

/** Two decay rates, the first of which may be a schedule. */
export type Betas = readonly [Schedule, number];

/** Throws a `ValueError` unless they are two numbers of at least 0 and below 1; the first may be a schedule where `isScheduled`. */
export function expectBetas(
  path: string,
  betas: unknown,
  { isScheduled = false }: { readonly isScheduled?: boolean } = {},
): void {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw new ValueError('there are two decay rates', {
      path,
      received: describeValue(betas),
      expected: 'a pair such as [0.9, 0.999]',
    });
  }
  if (isScheduled) expectNoCallbacks(`${path}[0]`, betas[0]);
  if (!(isScheduled && typeof betas[0] === 'function')) expectNumber(`${path}[0]`, betas[0], { least: 0, below: 1 });
  expectNumber(`${path}[1]`, betas[1], { least: 0, below: 1 });
}

/** A decay rate at a step. Throws a `ValueError` when a schedule gives something else than a number of at least 0 and below 1. */
export function shareAt(path: string, share: Schedule, step: number): number {
  const value = rateAt(path, share, step);
  expectNumber(`${path} at step ${step}`, value, { least: 0, below: 1 });
  return value;
}
