import { UsageError } from '../errors.ts';
import {
  choiceParameter,
  type Json,
  type Parameter,
  type RangeOptions,
  rangeParameter,
  type Values,
} from '../sweep/space/parameter.ts';

/** What a config of TypeScript calls for the numbers that `descent sweep` searches. */
export interface TunableFunctions {
  /**
   * A number between `low` and `high`, by its name in the results: `range('lr', 0.01, 0.2, { log: true })`. `log`: equal ratios count as equal steps; `int`:
   * whole numbers; `points`: how many a grid takes. `descent sweep` decides which number it is; elsewhere there is none, and it throws a UsageError.
   */
  readonly range: (name: string, low: number, high: number, options?: RangeOptions) => number;
  /** One of `values`, which JSON can hold: `choice('hidden', [64, 256])`. As `range`. */
  readonly choice: <const T extends Json>(name: string, values: readonly T[]) => T;
}

/** The same for one evaluation of one config, with what it found. */
export interface Tunables {
  readonly functions: TunableFunctions & {
    /** What the copy of a config that a sweep writes calls first: the values of one trial. */
    readonly chosen: (values: Values) => void;
  };
  /** What `range` and `choice` were called with, by name. */
  readonly found: ReadonlyMap<string, Parameter>;
  /** What `chosen` was called with. */
  readonly values: () => Values;
}

/** Where nothing was chosen, a config that is `explored` gets values from the middle; any other one is refused. */
export function createTunables(explored: boolean): Tunables {
  const found = new Map<string, Parameter>();
  let values: Values = {};
  const note = (name: unknown, make: (path: string) => Parameter): Json => {
    if (typeof name !== 'string' || name === '')
      throw new UsageError('range and choice begin with a name', {
        received: String(name),
        expected: "range('lr', 0.01, 0.2) or choice('hidden', [64, 256])",
      });
    const parameter = make(name);
    const before = found.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(parameter))
      throw new UsageError(`two different parameters are called '${name}'`, { fix: 'give each a name of its own' });
    found.set(name, parameter);
    if (Object.hasOwn(values, name)) return values[name] as Json;
    if (!explored) throw untuned([name]);
    return middle(parameter);
  };
  return {
    functions: {
      range: (name, low, high, options = {}) =>
        note(name, (path) => rangeParameter(path, low, high, options)) as number,
      choice: <const T extends Json>(name: string, all: readonly T[]) =>
        note(name, (path) => choiceParameter(path, all)) as T,
      chosen(given) {
        values = given;
      },
    },
    found,
    values: () => values,
  };
}

/** A config says what to try, and nobody has chosen. */
export function untuned(names: readonly string[]): UsageError {
  return new UsageError('the config has ranges to try, and no values', {
    received: names.join(', '),
    fix: 'search them with descent sweep, whose best config descent train takes; or put values in their place',
  });
}

/** A value from the middle of a range, the first of a choice. */
export function middle(parameter: Parameter): Json {
  if (parameter.kind === 'choice') return parameter.values[0] as Json;
  const { low, high, log, int } = parameter;
  const value = log ? Math.sqrt(low * high) : (low + high) / 2;
  return int ? Math.round(value) : value;
}

/**
 * A number between `low` and `high` that `descent sweep` searches, by its name in the results: `sgd({ lr: range('lr', 0.01, 0.2, { log: true }) })`.
 * `log`: equal ratios count as equal steps; `int`: whole numbers; `points`: how many values a grid takes. For configs that the `descent` command
 * evaluates: in a program of yours nobody decides which number it is.
 * @throws UsageError where no sweep evaluates the config.
 */
export function range(name: string, low: number, high: number, options?: RangeOptions): number {
  return createTunables(false).functions.range(name, low, high, options);
}

/**
 * One of `values` that `descent sweep` chooses, by its name in the results: `linear(784, choice('hidden', [64, 256]))`. They are what JSON can hold.
 * @throws UsageError where no sweep evaluates the config.
 */
export function choice<const T extends Json>(name: string, values: readonly T[]): T {
  return createTunables(false).functions.choice(name, values);
}
