import { ValueError } from '../errors.ts';
import { leavesOf } from '../ir/tree.ts';
import { closest, describeValue, didYouMean, expectCount, expectOptions, notWhatWasWanted } from '../options.ts';
import { scheduleCallbacks } from '../schedules/rate.ts';
import type { ScheduleFunction } from '../schedules/schedule.ts';
import { HOOKS, isTrainer } from './are-fit-options.ts';
import type { Callback } from './callback.ts';
import { expectSource } from './expect-source.ts';
import type { FitOptions, FitPosition } from './fit.ts';
import type { BatchSource } from './sources.ts';
import type { Trainer } from './trainer.ts';

const OPTIONS: readonly string[] = [
  ...['train', 'validation', 'test', 'epochs', 'callbacks'],
  ...['resume', 'signal', 'log', 'onEvent', 'maxResidentBytes'],
];

/** Throws a `ValueError` that says how to make one unless `value` is a trainer. */
export function expectTrainer(what: string, value: unknown): asserts value is Trainer {
  if (!isTrainer(value)) throw noTrainer(what, value);
}

/** The error for what is none. */
export function noTrainer(what: string, value: unknown): ValueError {
  return notWhatWasWanted(`${what}: the trainer`, value, {
    what: 'a trainer',
    example: 'await createTrainer({ model, loss, optimizer, backend })',
    fix:
      typeof value === 'object' && value !== null && 'apply' in value
        ? 'make a trainer of the network first'
        : undefined,
  });
}

/** Throws a `ValueError` for options that `fit` cannot use, before anything is trained. */
export function expectFitOptions(options: FitOptions): void {
  expectOptions('fit', options, OPTIONS);
  const { train, validation, test, epochs, callbacks = [], resume, signal, log, onEvent } = options;
  expectSource('train', train);
  if (validation !== undefined) expectSource('validation', validation);
  if (test !== undefined) expectSource('test', test);
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw new ValueError('fit was given an invalid number of epochs', {
      path: 'epochs',
      received: describeValue(epochs),
      expected: 'an integer of at least 1',
    });
  }
  expectBatches('train', train);
  if (validation !== undefined) expectBatches('validation', validation);
  if (test !== undefined) expectBatches('test', test);
  expectCallbacks(callbacks);
  expectCount('fit', 'maxResidentBytes', options.maxResidentBytes ?? 0, 0);
  if (resume !== undefined) expectPosition(resume);
  if (log !== undefined && log !== null && typeof log !== 'function')
    throw notWhatWasWanted('log', log, {
      what: 'a function of a line, or null',
      example: '(line) => console.log(line)',
    });
  if (onEvent !== undefined && typeof onEvent !== 'function')
    throw notWhatWasWanted('onEvent', onEvent, { what: 'a function of an event', example: '(event) => {}' });
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw notWhatWasWanted('signal', signal, { what: 'a signal', example: 'trainingControl()' });
}

function expectBatches(path: 'train' | 'validation' | 'test', source: BatchSource): void {
  if (source.length > 0) return;
  const use = path === 'train' ? 'train' : 'evaluate';
  // What an epoch takes leaves out samples that fill no batch.
  const all = source.dataset?.x ?? source.targets?.y;
  const samples = all === undefined ? undefined : (leavesOf(all)[0]?.[1].shape[0] ?? 0);
  if (samples === 0) {
    throw new ValueError(`there is nothing to ${use} on: the data set is empty`, {
      path,
      received: 'a data set of no samples',
      expected: 'at least one sample',
      fix: 'look at what was read: the file, the filter or the split that gave these samples',
    });
  }
  throw new ValueError(`there is nothing to ${use} on`, {
    path,
    received: samples === undefined ? 'no batches' : `${samples} samples, no batch of ${source.batchSize}`,
    fix: `${samples === undefined ? 'look whether there are samples at all; if so, ' : ''}use a smaller batchSize, or dropLast: false`,
  });
}

/** Whether it is a learning rate such as `reduceOnPlateau`, which has callbacks and is none. */
function isFollowed(value: unknown): boolean {
  return typeof value === 'function' && scheduleCallbacks(value as ScheduleFunction).length > 0;
}

function expectCallbacks(callbacks: unknown): asserts callbacks is readonly Callback[] {
  if ([callbacks].flat().some(isFollowed))
    throw new ValueError('a learning rate is no callback', {
      path: 'callbacks',
      fix: 'give it to the optimizer: sgd({ lr: reduceOnPlateau({ lr: 0.1 }) })',
    });
  if (!Array.isArray(callbacks))
    throw notWhatWasWanted('callbacks', callbacks, { what: 'a list of callbacks', example: '[earlyStopping()]' });
  for (const [i, callback] of callbacks.entries()) {
    if (typeof callback !== 'object' || callback === null)
      throw notWhatWasWanted(`callbacks[${i}]`, callback, { what: 'a callback', example: 'earlyStopping()' });
    expectHooks(`callbacks[${i}]`, callback as Record<string, unknown>);
    const { everySteps = 1 } = callback as Callback;
    if (Number.isInteger(everySteps) && everySteps >= 1) continue;
    throw new ValueError('a callback has an invalid interval', {
      path: `callbacks[${i}].everySteps`,
      received: describeValue(everySteps),
      expected: 'an integer of at least 1',
    });
  }
}

/** Throws a `ValueError` for what would never be called, or could not be. */
function expectHooks(path: string, callback: Readonly<Record<string, unknown>>): void {
  const given = HOOKS.filter((hook) => callback[hook] !== undefined);
  for (const hook of given) {
    if (typeof callback[hook] !== 'function')
      throw notWhatWasWanted(`${path}.${hook}`, callback[hook], {
        what: 'a function',
        example: '(record, context) => {}',
      });
  }
  if (given.length > 0) return;
  const misspelt = Object.keys(callback).find((name) => closest(name, HOOKS) !== undefined);
  throw new ValueError(`a callback has nothing to call${misspelt === undefined ? '' : didYouMean(misspelt, HOOKS)}`, {
    path,
    received: describeValue(callback),
    expected: `at least one of ${HOOKS.join(', ')}`,
  });
}

function expectPosition(resume: unknown): asserts resume is FitPosition {
  const { epoch, step, totals, history } = (resume ?? {}) as Partial<FitPosition>;
  if (typeof totals?.sums !== 'object' || !Array.isArray(history)) {
    throw notWhatWasWanted('resume', resume, {
      what: 'a position of an earlier fit',
      example: 'the position that a callback saw, { epoch, step, totals, history }',
    });
  }
  expectCount('resume', 'epoch', epoch, 1);
  expectCount('resume', 'step', step, 0);
}
