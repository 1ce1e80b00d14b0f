import type { Argument, ArgumentKind } from './argument.ts';
import type { Callable, Table } from './callable.ts';
import { INITIALIZERS, LAYERS, LOSSES, METRICS, OPTIMIZERS, SCHEDULES } from './callables/index.ts';

/** An argument, or an option, of a function that JSON calls. */
export interface ArgumentDescription {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** What it may be, for people: `a whole number of at least 1`. */
  readonly expected: string;
  /** The words that a `choice` may be. */
  readonly choices?: readonly string[];
  readonly isOptional: boolean;
  /** What the function takes where it is left out; `undefined` where that is nothing, or depends on other arguments. */
  readonly default: unknown;
}

/** A function that JSON calls by its name: `[name, …args, { …options }]`. */
export interface CallDescription {
  readonly name: string;
  readonly args: readonly ArgumentDescription[];
  readonly options: readonly ArgumentDescription[];
  /** Of functions that take any number of arguments: what each is. */
  readonly rest: ArgumentDescription | null;
}

/** What a function that JSON calls makes. */
export type CallKind = 'initializer' | 'layer' | 'loss' | 'metric' | 'optimizer' | 'schedule';

const TABLES: Readonly<Record<CallKind, Table<unknown>>> = {
  initializer: INITIALIZERS,
  layer: LAYERS,
  loss: LOSSES,
  metric: METRICS,
  optimizer: OPTIMIZERS,
  schedule: SCHEDULES,
};

/**
 * Every function of core of this kind that a config in JSON may call, with its arguments and options: forms for them need no list of their own.
 *
 * @example describeCalls('layer').find(({ name }) => name === 'dropout')?.args; // [{ name: 'p', kind: 'share', isOptional: true, default: 0.5, … }]
 */
export function describeCalls(kind: CallKind): readonly CallDescription[] {
  return describeTable(TABLES[kind]);
}

/** The same of any table of functions. */
export function describeTable(table: Table<unknown>): readonly CallDescription[] {
  return Object.entries(table).flatMap(([name, entry]) => ('make' in entry ? [describe(name, entry)] : []));
}

function describe(name: string, { args, optional, options, rest }: Callable<unknown>): CallDescription {
  const needed = Object.keys(args).length - optional;
  return {
    name,
    args: Object.entries(args).map(([argument, what], i) => described(argument, what, i >= needed)),
    options: Object.entries(options).map(([option, what]) => described(option, what, what.isRequired !== true)),
    rest: rest === undefined ? null : described('', rest, true),
  };
}

function described(name: string, argument: Argument, isOptional: boolean): ArgumentDescription {
  const { kind, expected, choices } = argument;
  return { name, kind, expected, ...(choices && { choices }), isOptional, default: argument.default };
}
