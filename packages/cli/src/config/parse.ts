import type { DescentConfig } from './define-config.ts';
import { parseJson } from './json.ts';
import { validateConfig } from './schema.ts';

/**
 * Reads the text of a config in JSON, and checks its keys and values as `validateConfig` does. Nothing in it is executed.
 * @throws UsageError that begins with `name`: with the place where it is no JSON, or with a line for each problem.
 */
export function parseConfig(source: string, name = 'config.json'): DescentConfig {
  return validateConfig(parseJson(source, name), name);
}
