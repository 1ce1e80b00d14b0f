import { UsageError } from '../../errors.ts';

/** What a choice may be among: whatever JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One of a few values, in the order in which they were given. */
export interface ChoiceParameter {
  readonly kind: 'choice';
  readonly values: readonly Json[];
}

/** Any number between two, both included. */
export interface RangeParameter {
  readonly kind: 'range';
  readonly low: number;
  readonly high: number;
  /** Whether equal ratios count as equal steps. */
  readonly log: boolean;
  /** Whole numbers only. */
  readonly int: boolean;
  /** How many values a grid takes of it; without it there is no grid. */
  readonly points?: number;
}

export type Parameter = ChoiceParameter | RangeParameter;

/** What is searched: parameters by their names, which are places in the config or what `range` and `choice` were given. */
export type Space = Readonly<Record<string, Parameter>>;

/** One value for each parameter of a space. */
export type Values = Readonly<Record<string, Json>>;

export interface RangeOptions {
  readonly log?: boolean;
  readonly int?: boolean;
  readonly points?: number;
}

const RANGE_USAGE = '{ "$range": [0.01, 0.2], "log": true }, with log, int and points as one likes';

/** A range, checked. Throws a UsageError with `path`. */
export function rangeParameter(path: string, low: unknown, high: unknown, options: RangeOptions = {}): RangeParameter {
  const wrong = (received: string, expected: string): UsageError =>
    new UsageError('this range has nothing to draw from', { path, received, expected });
  if (typeof low !== 'number' || typeof high !== 'number' || !Number.isFinite(low) || !Number.isFinite(high))
    throw wrong(`${show(low)} to ${show(high)}`, 'two numbers, the smaller one first');
  if (low >= high) throw wrong(`${low} to ${high}`, 'two numbers, the smaller one first');
  const unknown = Object.keys(options).find((key) => !['log', 'int', 'points'].includes(key));
  if (unknown !== undefined)
    throw new UsageError(`a range has no option '${unknown}'`, { path, expected: 'log, int, points' });
  const { log = false, int = false, points } = options;
  for (const [name, flag] of Object.entries({ log, int }))
    if (typeof flag !== 'boolean') throw wrong(`${name}: ${show(flag)}`, `${name}: true or false`);
  if (log && low <= 0) throw wrong(`log, ${low} to ${high}`, 'numbers above 0 where equal ratios count as equal steps');
  if (int && !(Number.isSafeInteger(low) && Number.isSafeInteger(high)))
    throw wrong(`int, ${low} to ${high}`, 'whole numbers at both ends');
  if (points !== undefined && !(Number.isSafeInteger(points) && points >= 2))
    throw wrong(`points: ${show(points)}`, 'a whole number of at least 2');
  return { kind: 'range', low, high, log, int, ...(points !== undefined && { points }) };
}

/** A choice, checked. Throws a UsageError with `path`. */
export function choiceParameter(path: string, values: unknown): ChoiceParameter {
  if (!Array.isArray(values) || values.length === 0)
    throw new UsageError('this choice has nothing to choose from', {
      path,
      received: show(values),
      expected: 'a list of at least one value, such as [16, 64, 256]',
    });
  const seen = new Set<string>();
  for (const value of values) {
    const text = JSON.stringify(value);
    if (text === undefined || (typeof value === 'number' && !Number.isFinite(value)))
      throw new UsageError('a choice is among values that JSON can hold', {
        path,
        received: show(value),
        expected: 'numbers, texts, true, false, null, lists and objects of them',
        fix: "choose among names, and look what belongs to them up: ({ relu, tanh })[choice('activation', ['relu', 'tanh'])]",
      });
    if (seen.has(text))
      throw new UsageError('this choice has a value twice', { path, received: text, expected: 'distinct values' });
    seen.add(text);
  }
  return { kind: 'choice', values: values as readonly Json[] };
}

/** What stands for a parameter in a config, or `undefined` for anything else. Throws a UsageError for one that is wrong. */
export function parameterOf(value: unknown, path: string): Parameter | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if ('$range' in value) {
    const { $range, ...options } = value as { readonly $range: unknown } & RangeOptions;
    if (Array.isArray($range) && $range.length === 2) return rangeParameter(path, $range[0], $range[1], options);
    throw new UsageError('a range has two ends', { path, received: show(value), expected: RANGE_USAGE });
  }
  if (!('$choice' in value)) return undefined;
  const { $choice, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new UsageError(`a choice has no option '${unknown}'`, { path, expected: '{ "$choice": [16, 64, 256] }' });
  return choiceParameter(path, $choice);
}

/** The value at a share of the way from the smallest to the largest, `0 <= share < 1`. */
export function valueAt(parameter: Parameter, share: number): Json {
  if (parameter.kind === 'choice')
    return parameter.values[Math.min(parameter.values.length - 1, Math.floor(share * parameter.values.length))] as Json;
  const { low, high, log, int } = parameter;
  // Each whole number has the same share, the ends too.
  const [from, to] = int ? [low - (log ? 0 : 0.5), high + (log ? 1 : 0.5)] : [low, high];
  const value = log ? from * (to / from) ** share : from + (to - from) * share;
  const whole = int ? (log ? Math.floor(value) : Math.round(value)) : value;
  return Math.min(high, Math.max(low, whole));
}

/** Where a value lies, from 0 to 1; of a choice, its position. */
export function shareOf(parameter: Parameter, value: Json): number {
  if (parameter.kind === 'choice') {
    const position = positionIn(parameter, value);
    return parameter.values.length === 1 ? 0.5 : position / (parameter.values.length - 1);
  }
  const { low, high, log } = parameter;
  const at = value as number;
  return log ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);
}

export function positionIn({ values }: ChoiceParameter, value: Json): number {
  const text = JSON.stringify(value);
  return values.findIndex((one) => JSON.stringify(one) === text);
}

/** Whether its values have an order: ranges, and choices among numbers. */
export function isOrdered(parameter: Parameter): boolean {
  return parameter.kind === 'range' || parameter.values.every((value) => typeof value === 'number');
}

/** The values that a grid takes. Throws a UsageError for a range that does not say how many. */
export function gridValues(name: string, parameter: Parameter): readonly Json[] {
  if (parameter.kind === 'choice') return parameter.values;
  const { low, high, log, int, points } = parameter;
  if (points === undefined)
    throw new UsageError('a grid needs to know how many values to take of a range', {
      path: name,
      received: `${low} to ${high}`,
      fix: `give points, as in { "$range": [${low}, ${high}], "points": 5 } or --over ${name}=${low}..${high}/5, or take --sampler random`,
    });
  const values = Array.from({ length: points }, (_, i) => {
    // The ends as they are written.
    if (i === 0) return low;
    if (i === points - 1) return high;
    const share = i / (points - 1);
    const value = log ? low * (high / low) ** share : low + (high - low) * share;
    return int ? Math.round(value) : Number(value.toPrecision(12));
  });
  return [...new Set(values)];
}

/** A value for people and columns: numbers with four digits. */
export function shownValue(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return JSON.stringify(value);
  return String(Number(value.toPrecision(4)));
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
