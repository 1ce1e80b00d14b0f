import { type Command, InvalidArgumentError, Option } from 'commander';
import { closest } from './config/suggest.ts';

/** The argument of commands that take a config: its name and what it is. */
export const CONFIG: readonly [name: string, description: string] = [
  '<config>',
  'a .json, .yaml or .yml file, or a .ts, .mts, .cts, .js, .mjs or .cjs one whose default export is defineConfig({ … })',
];

/** The option of commands that take a config: its flags and what it is. */
export const SET: readonly [flags: string, description: string, parse: typeof gathered, start: readonly string[]] = [
  '--set <place=value>',
  'put a value into the config: optimizer.lr=0.1, data.test=0.2; as often as wanted',
  gathered,
  [],
];

/**
 * Adds `-o, --out`, where a command writes one thing. `--output` is the same, for scripts of before: it is taken, and not shown.
 */
export function outOption(command: Command, what: string, description: string): Command {
  return command
    .option(`-o, --out <${what}>`, description)
    .addOption(new Option(`--output <${what}>`).hideHelp())
    .on('option:output', (value: string) => command.setOptionValueWithSource('out', value, 'cli'));
}

/** Gathers the values of an option that may be given as often as wanted. */
export function gathered(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** Parses an option that is a whole number of at least `least`. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** Parses an option that is a version of the ONNX operator set which files are written for. */
export function opset(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 13 && value <= 26) return value;
  throw new InvalidArgumentError('Expected a whole number from 13 to 26.');
}

/** Parses an option that is a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0, such as 0.01 or 1e-6.');
}

/** Parses an option that is a number of at least 0. */
export function atLeastZero(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('Expected a number of at least 0, such as 0.01.');
}

/** Parses an option that is a number from `least` to `most`. */
export function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };
}

/** Parses an option that is a whole number from `least` to `most`. */
export function wholeWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Parses an option that is a port; 0 stands for any free one. */
export const port: (text: string) => number = wholeWithin(0, 65_535);

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
