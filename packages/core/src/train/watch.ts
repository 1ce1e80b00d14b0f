import { ValueError } from '../errors.ts';
import { expectKind } from '../options.ts';
import type { FitContext } from './callback.ts';
import type { EpochRecord } from './fit.ts';

/** The data that an epoch's record may have numbers of. */
export type SetName = 'train' | 'validation' | 'test';

const sets: readonly SetName[] = ['train', 'validation', 'test'];

/** A number of an epoch's record: `validation.loss`, `test.accuracy`, `train.loss`, … */
export type MetricPath<Name extends string = string> = `${SetName}.${Name | 'loss'}`;

/** Whether the smallest or the largest number is the best, in the words of PyTorch and Keras. */
export type Mode = 'min' | 'max';

/** Which way each number of a trainer gets better, by its name; `undefined` where the metric does not say. */
export type Directions = Readonly<Record<string, 'lower' | 'higher' | undefined>>;

/** The number at `path`. Throws a `ValueError` that lists what there is. */
export function metricAt<Name extends string>(record: EpochRecord<Name>, path: MetricPath<NoInfer<Name>>): number {
  expectKind('record', record, { train: 'record' }, '(await fit(…)).history[0]');
  const [set, name] = partsOf(path);
  const numbers: Readonly<Record<string, number>> | null = sets.includes(set) ? record[set] : null;
  if (numbers != null && Object.hasOwn(numbers, name)) return numbers[name] as number;
  const known = sets.flatMap((s) => Object.keys(record[s] ?? {}).map((n) => `${s}.${n}`));
  throw new ValueError('there is no such metric', { path, received: path, expected: known.join(', ') });
}

/**
 * Which way the number at `path` gets better: as `mode` says, else as the metric says.
 * @throws ValueError when there is no such number, or neither says it: nothing is guessed from a name.
 */
export function modeOf(
  path: MetricPath,
  mode: Mode | undefined,
  known: { readonly sets: readonly SetName[]; readonly directions: Directions },
): Mode {
  expectKind(
    'known',
    known,
    { sets: 'list', directions: 'record' },
    "{ sets: ['train'], directions: trainer.directions }",
  );
  const { sets, directions } = known;
  const [set, name] = partsOf(path);
  if (!sets.includes(set) || !Object.hasOwn(directions, name)) {
    throw new ValueError('there is no such metric', {
      path,
      received: path,
      expected: sets.flatMap((s) => Object.keys(directions).map((n) => `${s}.${n}`)).join(', '),
      fix: sets.includes(set) ? 'give the metric to the trainer, or watch another' : `give fit data as ${set}`,
    });
  }
  if (mode !== undefined && mode !== 'min' && mode !== 'max') {
    throw new ValueError('there is no such mode', { path: 'mode', received: String(mode), expected: "'min' or 'max'" });
  }
  const better = directions[name];
  if (mode === undefined && better !== 'lower' && better !== 'higher') {
    throw new ValueError(`which way '${name}' gets better is not known`, {
      path,
      received: better === undefined ? 'a metric that does not say it' : `better: ${String(better)}`,
      expected: "a metric with better: 'lower' or better: 'higher'",
      fix: "add it to the metric, or give mode: 'min' or mode: 'max' beside it",
    });
  }
  return mode ?? (better === 'lower' ? 'min' : 'max');
}

/** As `modeOf`, for what a `fit` measures. */
export function watched(path: MetricPath, mode: Mode | undefined, context: FitContext): Mode {
  expectKind('context', context, { trainer: 'record', sets: 'list' }, 'onStart: (context) => …');
  const { trainer, sets } = context;
  return modeOf(path, mode, { sets, directions: trainer.directions });
}

/** Whether `value` is better than `best` by more than `minDelta`. What is not finite never is; anything finite is better than nothing. */
export function isBetter(value: number, best: number | null, mode: Mode, minDelta = 0): boolean {
  if (!Number.isFinite(value)) return false;
  return best === null || (mode === 'min' ? best - value : value - best) > minDelta;
}

function partsOf(path: MetricPath): readonly [SetName, string] {
  expectKind('path', path, 'text', "'validation.loss'");
  const dot = path.indexOf('.');
  return [path.slice(0, dot) as SetName, path.slice(dot + 1)];
}
