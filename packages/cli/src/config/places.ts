import { UsageError } from '../errors.ts';
import { show } from './argument.ts';
import type { Callable, Table } from './callable.ts';
import { INITIALIZERS, LAYERS, LOSSES, METRICS, OPTIMIZERS, SCHEDULES } from './callables/index.ts';
import { isObject } from './is-object.ts';
import { didYouMean } from './suggest.ts';

const TABLES: readonly Table<unknown>[] = [LAYERS, LOSSES, METRICS, OPTIMIZERS, SCHEDULES, INITIALIZERS];

/**
 * The same config with `value` at `path`: keys and positions with dots between them, such as `batchSize` or `model.1.outFeatures`. In a call such as
 * `["sgd", { "lr": 0.1 }]` they are the names of its arguments and options, and what is missing of these is added.
 * @throws UsageError where there is no such place, with what there is.
 */
export function withValueAt(config: unknown, path: string, value: unknown): unknown {
  return replaced(config, path.split('.'), value, path, []);
}

function replaced(
  at: unknown,
  keys: readonly string[],
  value: unknown,
  path: string,
  before: readonly string[],
): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const inner = (one: unknown): unknown => replaced(one, rest, value, path, [...before, key]);
  const call = callableAt(at, before);
  if (call !== undefined) return inCall(at as string | readonly unknown[], call, key, inner, path);
  if (Array.isArray(at)) {
    const position = Number(key);
    if (!Number.isSafeInteger(position) || position < 0 || position >= at.length)
      throw noPlace(path, key, before, `a position from 0 to ${at.length - 1}`);
    return at.map((one, i) => (i === position ? inner(one) : one));
  }
  if (!isPlain(at)) throw noPlace(path, key, before, 'a place within an object, a list or a call', at);
  // What a config leaves out may be given, at the end of a path only: nothing is made up on the way to it.
  if (rest.length > 0 && !Object.hasOwn(at, key))
    throw noPlace(path, key, before, Object.keys(at).join(', '), undefined, didYouMean(key, Object.keys(at)));
  return { ...at, [key]: inner(at[key]) };
}

function inCall(
  at: string | readonly unknown[],
  callable: Callable<unknown>,
  key: string,
  inner: (one: unknown) => unknown,
  path: string,
): unknown {
  const [name, ...given] = (typeof at === 'string' ? [at] : at) as readonly [string, ...unknown[]];
  const names = Object.keys(callable.args);
  // Functions of any number of arguments, such as sequential, have them by position.
  const position = callable.rest === undefined ? names.indexOf(key) : Number(key);
  if (position >= 0 && position < given.length)
    return [name, ...given.map((one, i) => (i === position ? inner(one) : one))];
  const options = given[names.length] ?? {};
  if (Object.hasOwn(callable.options, key) && given.length >= names.length && isPlain(options))
    return [name, ...given.slice(0, names.length), { ...options, [key]: inner(options[key]) }];
  const known = [...names, ...Object.keys(callable.options)];
  throw new UsageError(`${name} has no '${key}'${didYouMean(key, known)}`, {
    path,
    received: show(at),
    expected: known.length === 0 ? 'no arguments' : known.join(', '),
  });
}

/** The keys of a value by which `withValueAt` finds what is in it, with what is there. */
export function placesIn(at: unknown, before: readonly string[]): readonly (readonly [key: string, value: unknown])[] {
  const call = callableAt(at, before);
  if (call !== undefined && Array.isArray(at)) {
    const names = Object.keys(call.args);
    return at.slice(1).flatMap((one: unknown, i) => {
      if (call.rest !== undefined) return [[String(i), one] as const];
      const name = names[i];
      if (name !== undefined) return [[name, one] as const];
      return isPlain(one) ? Object.entries(one) : [];
    });
  }
  return Array.isArray(at) || isPlain(at) ? Object.entries(at) : [];
}

/** Keys of a config that hold lists, whose first entry may be the name of a function all the same. */
const LISTS: readonly string[] = ['model', 'metrics', 'augment', 'transform', 'init'];

/** The function that a call at a path names, where something is a call of a function that there is. */
function callableAt(at: unknown, path: readonly string[]): Callable<unknown> | undefined {
  if (path.length === 0 || (path.length === 1 && LISTS.includes(path[0] as string))) return undefined;
  return path[0] === 'data' ? undefined : callableOf(at);
}

function callableOf(at: unknown): Callable<unknown> | undefined {
  const name = typeof at === 'string' ? at : Array.isArray(at) && typeof at[0] === 'string' ? at[0] : undefined;
  if (name === undefined) return undefined;
  const found = TABLES.map((table) => (Object.hasOwn(table, name) ? table[name] : undefined)).find(
    (one) => one !== undefined && 'make' in one,
  );
  return found as Callable<unknown> | undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function noPlace(
  path: string,
  key: string,
  before: readonly string[],
  expected: string,
  received?: unknown,
  guess = '',
): UsageError {
  const where = before.length === 0 ? 'the config' : before.join('.');
  return new UsageError(`there is no '${key}' in ${where}${guess}`, {
    path,
    ...(received !== undefined && { received: show(received) }),
    expected,
    fix: "give a place that the config has; what it builds by functions cannot be changed from outside, but range('name', …) and choice('name', …) can stand in the file",
  });
}
