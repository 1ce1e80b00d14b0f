import { InvalidArgumentError } from 'commander';
import { closest } from './config/suggest.ts';

/** Parses an option that is a whole number of at least `least`. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** Parses an option that takes one of a few words. */
export function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const guess = closest(text, words);
    throw new InvalidArgumentError(
      `Expected ${words.join(', ')}${guess === undefined ? '' : `; did you mean '${guess}'?`}.`,
    );
  };
}

/** Parses two different numbers: `0,1`. */
export function pair(text: string): readonly [number, number] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [a, b] = numbers;
  if (numbers.length === 2 && numbers.every(Number.isFinite) && a !== b) return [a as number, b as number];
  throw new InvalidArgumentError("Expected two different numbers, such as '0,1'.");
}

/** Parses `dynamic` or a batch size. */
export function batch(text: string): 'dynamic' | number {
  if (text === 'dynamic') return text;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected 'dynamic' or a whole number of at least 1.");
}

/** The examples at the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
