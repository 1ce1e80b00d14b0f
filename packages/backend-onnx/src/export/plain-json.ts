import { describeValue, ValueError } from '@descent/core';

/** Deeper values are taken for circles. */
const DEEPEST = 100;

/** Throws a `ValueError` unless `given` is an object of values that JSON keeps as they are: texts, finite numbers, true, false, null, lists and plain objects. */
export function expectPlainJson(path: string, given: unknown): asserts given is Readonly<Record<string, unknown>> {
  if (!isPlain(given)) throw notJson(path, given, 'an object of JSON values, such as { table: preparation }');
  expectJson(path, given, 0);
}

function expectJson(path: string, value: unknown, depth: number): void {
  if (depth > DEEPEST) throw notJson(path, value, 'values that are not inside themselves');
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) expectJson(`${path}[${i}]`, value[i], depth + 1);
    return;
  }
  if (!isPlain(value))
    throw notJson(path, value, 'a text, a finite number, true, false, null, a list or a plain object');
  for (const [key, one] of Object.entries(value)) expectJson(`${path}.${key}`, one, depth + 1);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notJson(path: string, value: unknown, expected: string): ValueError {
  return new ValueError('exportOnnx: JSON does not keep this value', {
    path,
    received: describeValue(value),
    expected,
    fix: 'leave it out, or write it as numbers, texts, lists and plain objects',
  });
}

/** Throws a `ValueError` for `what` unless `given` are texts by name, none of which is one of Descent's own entries. */
export function expectProperties(what: string, given: unknown): asserts given is Readonly<Record<string, string>> {
  const entries = isPlain(given) ? Object.entries(given) : null;
  const odd = entries?.find(([key, text]) => typeof text !== 'string' || key.startsWith('descent.'));
  if (entries !== null && odd === undefined) return;
  throw new ValueError(`${what}: these are no properties of a file`, {
    path: odd === undefined ? 'properties' : `properties.${odd[0]}`,
    received: describeValue(odd === undefined ? given : odd[1]),
    expected: "texts by name, such as { author: 'Ada' }; names that begin with descent. are its own",
    fix: 'labels, preprocessing and metadata have options of their own',
  });
}
