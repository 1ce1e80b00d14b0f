import { ValueError } from './errors.ts';

/**
 * Throws a `ValueError` unless `options`, which `what` was given, is an object with no other keys than `known`; a misspelt one is answered
 * with the nearest. Plain JavaScript has no compiler to say so.
 */
export function expectOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ValueError(`${what} takes its options as one object`, {
      received: describeValue(options),
      expected: `{ ${known.join(', ')} }`,
    });
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ValueError(`${what} has no option '${unknown}'${didYouMean(unknown, known)}`, {
    received: unknown,
    expected: known.join(', '),
  });
}

/** A wrong value, for people. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value !== 'object') return `${String(value)} (${typeof value})`;
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const name = value.constructor?.name;
  if (name !== undefined && name !== 'Object') return `a ${name}`;
  return `an object with ${Object.keys(value).slice(0, 10).join(', ') || 'nothing in it'}`;
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
