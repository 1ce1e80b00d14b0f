import { basename } from 'node:path';
import { prefixPath } from '@descent/core';
import { UsageError } from '../errors.ts';
import { show } from './argument.ts';
import { evaluateConfig } from './evaluate.ts';
import { isObject } from './is-object.ts';
import { TRAINING_DEFAULTS } from './recipe.ts';
import { validateConfig } from './schema.ts';

/**
 * All that the text of a config says, checked, with the defaults that depend on nothing else, as JSON can hold it.
 * @throws UsageError where it is not valid, and for what a module makes by functions.
 */
export async function printedConfig(source: string, file: string, cwd: string): Promise<object> {
  const name = basename(file);
  const config = validateConfig(await evaluateConfig(source, file, cwd), name);
  const made = firstMade(config, []);
  if (made !== undefined) {
    const error = new UsageError('JSON cannot hold what a module makes', {
      path: made.path,
      received: show(made.value),
      expected: 'calls by name, such as ["linear", 784, 10]',
      fix: 'descent summary shows what such a config says',
    });
    throw prefixPath(error, name);
  }
  return { ...config, ...TRAINING_DEFAULTS, backend: 'auto', ...config };
}

interface Made {
  readonly path: string;
  readonly value: unknown;
}

/** The first value that is no JSON. */
function firstMade(value: unknown, path: readonly string[]): Made | undefined {
  if (value === null || ['string', 'boolean', 'undefined'].includes(typeof value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path: path.join('.'), value };
  const isPlain = Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);
  if (!isPlain) return { path: path.join('.'), value };
  for (const [key, one] of Object.entries(value as object)) {
    const found = firstMade(one, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
