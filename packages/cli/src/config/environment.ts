import { UsageError } from '../errors.ts';
import { show } from './argument.ts';
import { isObject } from './is-object.ts';
import { didYouMean } from './suggest.ts';

/** Variables by name, such as `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What stands in place of `${env:NAME}` in a text. */
const IN_TEXT = /\$\{env:([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const KEYS: readonly string[] = ['$env', 'default', 'as'];
/** Deeper than any config. */
const MOST_DEEP = 100;

/**
 * A value with what environment variables say: `{ "$env": "NAME" }` is the variable as a text, with `"as": "number"` a number and with `"as": "json"` whatever
 * JSON it is; `"default"` is taken where it is not set. Within a text it is `${env:NAME}`.
 * @throws UsageError with the place for a variable that is not set and has no default, for one that is no number or JSON, and for a marker with other keys.
 */
export function withEnvironment(value: unknown, variables: Variables, path: readonly string[] = []): unknown {
  if (path.length > MOST_DEEP)
    throw new UsageError('the config is nested too deeply', { received: `more than ${MOST_DEEP} levels` });
  if (typeof value === 'string') return inText(value, variables, path);
  if (Array.isArray(value)) return value.map((one, i) => withEnvironment(one, variables, [...path, String(i)]));
  if (!isObject(value)) return value;
  if ('$env' in value) return ofMarker(value, variables, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withEnvironment(one, variables, [...path, key])]),
  );
}

function inText(text: string, variables: Variables, path: readonly string[]): string {
  return text.replace(IN_TEXT, (_, name: string) => variable(name, variables, path) ?? unset(name, variables, path));
}

function ofMarker(marker: Readonly<Record<string, unknown>>, variables: Variables, path: readonly string[]): unknown {
  const { $env: name, as = 'text' } = marker;
  const at = path.join('.');
  const odd = Object.keys(marker).find((key) => !KEYS.includes(key));
  if (odd !== undefined) {
    throw new UsageError(`$env has no key '${odd}'${didYouMean(odd, KEYS)}`, { path: at, expected: KEYS.join(', ') });
  }
  if (as !== 'text' && as !== 'number' && as !== 'json') {
    throw new UsageError('a variable is a text, a number or JSON', {
      path: `${at}.as`,
      received: show(as),
      expected: "'text', 'number' or 'json'",
    });
  }
  if (typeof name !== 'string')
    throw new UsageError('$env names a variable', { path: at, received: show(name), expected: 'a text, such as "LR"' });
  const text = variable(name, variables, path);
  if (text === undefined) return 'default' in marker ? marker['default'] : unset(name, variables, path);
  return as === 'text' ? text : parsed(text, as, name, at);
}

function parsed(text: string, as: 'number' | 'json', name: string, path: string): unknown {
  const wrong = (cause?: unknown): UsageError =>
    new UsageError(`the environment variable ${name} is no ${as === 'json' ? 'JSON' : 'number'}`, {
      path,
      received: show(text),
      ...(cause !== undefined && { cause }),
    });
  if (as === 'number') {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(number)) throw wrong();
    return number;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(cause);
  }
}

function variable(name: string, variables: Variables, path: readonly string[]): string | undefined {
  if (!NAME.test(name)) {
    throw new UsageError('this is no name of an environment variable', {
      path: path.join('.'),
      received: show(name),
      expected: 'letters, digits and _, such as DATA or LR_0',
    });
  }
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function unset(name: string, variables: Variables, path: readonly string[]): never {
  throw new UsageError(`the environment variable ${name} is not set${didYouMean(name, Object.keys(variables))}`, {
    path: path.join('.'),
    fix: `set it: ${name}=… descent …; or give { "$env": "${name}", "default": … }`,
  });
}
