import type { FitOptions } from './fit.ts';
import type { Trainer } from './trainer.ts';

/** What a callback may have, one of them at least. */
export const HOOKS: readonly string[] = ['onStart', 'onSteps', 'onEpoch', 'onEnd'];

/** Whether `value` is a trainer. */
export function isTrainer(value: unknown): value is Trainer {
  return isObject(value) && typeof value['step'] === 'function' && typeof value['evaluate'] === 'function';
}

/**
 * Whether `options` are surely what `fit` takes. It need not know: others are looked at by `expectFitOptions`, which says what is wrong with them, and which
 * a page fetches only then.
 */
export function areFitOptions(options: FitOptions): boolean {
  if (!isObject(options)) return false;
  const { train, validation = train, test = train, epochs, callbacks = [], ...others } = options;
  const { resume, signal, log, onEvent = none, maxResidentBytes = 0, ...unknown } = others;
  return (
    Object.keys(unknown).length === 0 &&
    [train, validation, test].every(isSource) &&
    isCount(epochs, 1) &&
    Array.isArray(callbacks) &&
    callbacks.every(isCallback) &&
    (resume === undefined || isPosition(resume)) &&
    (signal === undefined || typeof signal?.aborted === 'boolean') &&
    [log ?? none, onEvent].every((f) => typeof f === 'function') &&
    isCount(maxResidentBytes, 0)
  );
}

const none = (): void => {};

function isSource(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { length, batchSize, epoch, dataset, indices, targets, resident = true } = value;
  return (
    typeof epoch === 'function' &&
    isCount(length, 1) &&
    isCount(batchSize, 1) &&
    (dataset === undefined ? indices === undefined || typeof indices === 'function' : typeof indices === 'function') &&
    (dataset === undefined || (isObject(dataset) && 'x' in dataset && 'y' in dataset)) &&
    (targets === undefined || (isObject(targets) && 'y' in targets && 'sample' in targets)) &&
    typeof resident === 'boolean'
  );
}

function isCallback(value: unknown): boolean {
  if (!isObject(value)) return false;
  const hooks = HOOKS.map((hook) => value[hook]).filter((hook) => hook !== undefined);
  const { everySteps = 1 } = value;
  return hooks.length > 0 && hooks.every((hook) => typeof hook === 'function') && isCount(everySteps, 1);
}

function isPosition(value: unknown): boolean {
  const { epoch, step, totals, history } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { sums } = (totals ?? {}) as Readonly<Record<string, unknown>>;
  return isObject(sums) && Array.isArray(history) && isCount(epoch, 1) && isCount(step, 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
