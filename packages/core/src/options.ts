import { ValueError } from './errors.ts';

/**
 * Throws a `ValueError` unless `options`, which `what` was given, is an object with no other keys than `known`; a misspelt one is answered
 * with the nearest. Plain JavaScript has no compiler to say so.
 */
export function expectOptions(what: string, options: unknown, known: readonly string[]): void {
  if (!isOfKind(options, 'record')) {
    throw new ValueError(`${what} takes its options as one object`, {
      received: describeValue(options),
      expected: `{ ${known.join(', ')} }`,
    });
  }
  const unknown = Object.keys(options as object).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ValueError(`${what} has no option '${unknown}'${didYouMean(unknown, known)}`, {
    received: unknown,
    expected: known.join(', '),
  });
}

/**
 * Throws a `ValueError` for an object behind the arguments of `what`, which has no options: it would be left out in silence. Other things are let be, since
 * `Array.from({ length: 3 }, relu)` gives numbers.
 */
export function expectNoOptions(what: string, more: readonly unknown[]): void {
  const options = more.find((value) => isOfKind(value, 'record'));
  if (options === undefined) return;
  const named = Object.keys(options as object).join(', ');
  if ('op' in (options as object) && 'type' in (options as object)) {
    throw new ValueError(`${what}() makes a description, and was given a tensor`, {
      received: 'a tensor of a graph',
      expected: `${what}() as a part of a layer, of sequential(…), or of training`,
      fix: `to compute with the tensor, import the op: import { ${what} } from '@descent/core/ops'`,
    });
  }
  throw new ValueError(`${what} has no options`, {
    received: named === '' ? 'an object' : `{ ${named} }`,
    expected: 'none, or only the arguments in front',
  });
}

/** Throws a `ValueError` unless `value` is an integer of at least `least`. */
export function expectCount(what: string, option: string, value: unknown, least = 1): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new ValueError(`${what} was given an invalid ${option}`, {
    path: option,
    received: describeValue(value),
    expected: `an integer of at least ${least}`,
  });
}

/** The numbers that an option may have; finite in any case. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
  /** Smaller than this. */
  readonly below?: number;
  /** Larger than this. */
  readonly above?: number;
}

/** Throws a `ValueError` unless `value` is a finite number in `range`; a text such as `'0.1'` is none. */
export function expectNumber(path: string, value: unknown, range: Range = {}): asserts value is number {
  const { least, most, below, above } = range;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    !(least !== undefined && value < least) &&
    !(most !== undefined && value > most) &&
    !(below !== undefined && value >= below) &&
    !(above !== undefined && value <= above);
  if (fits) return;
  const bounds = [
    least === undefined ? [] : [`at least ${least}`],
    above === undefined ? [] : [`more than ${above}`],
    most === undefined ? [] : [`at most ${most}`],
    below === undefined ? [] : [`less than ${below}`],
  ].flat();
  throw new ValueError(invalid(path), {
    path,
    received: describeValue(value),
    expected: `a finite number${bounds.length === 0 ? '' : ` of ${bounds.join(' and ')}`}`,
  });
}

/** Throws a `ValueError` unless `value` is true or false. */
export function expectFlag(path: string, value: unknown): asserts value is boolean {
  if (typeof value === 'boolean') return;
  throw new ValueError(invalid(path), {
    path,
    received: describeValue(value),
    expected: 'true or false',
  });
}

/** Throws a `ValueError` unless `value` is one of `allowed`. */
export function expectOneOf(path: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  throw new ValueError(invalid(path), {
    path,
    received: describeValue(value),
    expected: allowed.map((v) => `'${v}'`).join(', '),
  });
}

/** `sgd was given an invalid lr`, for `sgd.lr`. */
function invalid(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot === -1 ? `${path} is invalid` : `${path.slice(0, dot)} was given an invalid ${path.slice(dot + 1)}`;
}

/** What should have been given instead. */
export interface Wanted {
  /** With its article: `a loss`. */
  readonly what: string;
  /** Code that makes one: `crossEntropy()`. */
  readonly example: string;
  /** For what is none of the usual mistakes. */
  readonly fix?: string | undefined;
}

/** The error for `value` where something else was wanted: a function that was not called, a promise that was not awaited, nothing at all. */
export function notWhatWasWanted(path: string, value: unknown, { what, example, fix }: Wanted): ValueError {
  return new ValueError(value === undefined ? `${path} is missing` : `${path} is not ${what}`, {
    received: describeValue(value),
    expected: `${what}, such as ${example}`,
    fix: isFactory(path, value)
      ? `call the function: ${value.name}() instead of ${value.name}`
      : value instanceof Promise
        ? 'await the promise'
        : (fix ?? `give ${example}`),
  });
}

/** What `expectKind` tells apart. */
export type Kind = 'text' | 'number' | 'function' | 'list' | 'record' | 'map';

/** Throws the error of `notWhatWasWanted` unless `value` is of that kind, or an object with fields of such kinds. */
export function expectKind(
  path: string,
  value: unknown,
  kind: Kind | Readonly<Record<string, Kind>>,
  example: string,
): void {
  const fits =
    typeof kind === 'string'
      ? isOfKind(value, kind)
      : isObject(value) && Object.entries(kind).every(([name, k]) => isOfKind(value[name], k));
  if (fits) return;
  const what = typeof kind === 'string' ? `a ${kind}` : `an object with ${Object.keys(kind).join(', ')}`;
  throw notWhatWasWanted(path, value, { what, example });
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'map') return value instanceof Map;
  if (kind === 'record') return isObject(value) && !Array.isArray(value);
  return typeof value === (kind === 'text' ? 'string' : kind);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A function with a name of its own. One that was written in its place, as in `{ loss: (output, target) => … }`, is called as the option is. */
function isFactory(path: string, value: unknown): value is (...given: never) => unknown {
  if (typeof value !== 'function' || value.name === '') return false;
  return value.name !== String(path).split('.').at(-1);
}

/** A wrong value, for people. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value !== 'object') return `${String(value)} (${typeof value})`;
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const name = value.constructor?.name;
  if (name && name !== 'Object') return `a ${name}`;
  return `an object with ${Object.keys(value).slice(0, 10).join(', ') || 'nothing'}`;
}

/** The word of `known` that `word` was probably meant to be, or `undefined` when none is near. */
export function closest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  if (best !== undefined) return best;
  // An unfinished word: `onnx` for `onnx:cpu`.
  return [...known].find((k) => word.length >= 3 && k.toLowerCase().startsWith(word.toLowerCase()));
}

/** `'; did you mean …?'`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const guess = closest(word, known);
  return guess === undefined ? '' : `; did you mean '${guess}'?`;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (Damerau 1964, optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = d;
    }
  }
  return at(a.length, b.length);
}
