import { basename, extname } from 'node:path';
import * as core from '@descent/core';
import * as coreBackend from '@descent/core/backend';
import * as coreOps from '@descent/core/ops';
import * as coreRandom from '@descent/core/random';
import * as coreReference from '@descent/core/reference';
import * as datasets from '@descent/datasets';
import { reason, UsageError } from '../errors.ts';
import { defineConfig } from './define-config.ts';

export const CONFIG_EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.json'];

/**
 * Evaluates the source of a config as if it stood in `file`, and returns its default export. JSON is parsed, never executed.
 *
 * Configs get the Descent packages that this command runs with, wherever they lie: layers of another copy would not be recognized.
 */
export async function evaluateConfig(source: string, file: string): Promise<unknown> {
  const name = basename(file);
  const extension = extname(file);
  expectConfigName(file);
  if (extension === '.json') return parseJson(source, name);
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: {
      '@descent/cli': { defineConfig },
      '@descent/core': core,
      '@descent/core/backend': coreBackend,
      '@descent/core/ops': coreOps,
      '@descent/core/random': coreRandom,
      '@descent/core/reference': coreReference,
      '@descent/datasets': datasets,
    },
  });
  let exports: { readonly default?: unknown };
  try {
    exports = (await jiti.evalModule(source, { filename: file, ext: extension, async: true })) as typeof exports;
  } catch (error) {
    throw explain(error, file);
  }
  if (exports.default !== undefined) return exports.default;
  throw new UsageError('the config has no default export', {
    path: name,
    received: `exports ${Object.keys(exports).join(', ') || 'nothing'}`,
    expected: 'export default defineConfig({ model, data, optimizer, … })',
  });
}

/** Throws a UsageError unless `file` ends like a config. */
export function expectConfigName(file: string): void {
  const extension = extname(file);
  if (CONFIG_EXTENSIONS.includes(extension)) return;
  throw new UsageError('this is not a config file', {
    path: file,
    received: extension === '' ? 'a name without an ending' : `the ending ${extension}`,
    expected: CONFIG_EXTENSIONS.join(', '),
  });
}

function parseJson(source: string, name: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new UsageError('the config is not JSON', { path: name, received: reason(cause), cause });
  }
}

function explain(error: unknown, file: string): unknown {
  const name = basename(file);
  const line = lineOf(error, file);
  const path = line === null ? name : `${name}, line ${line}`;
  if (error instanceof core.DescentError) return core.prefixPath(error, path);
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('ParseError:') || error instanceof SyntaxError) {
    const [, row, column] = /:(\d+):(\d+)\s*$/m.exec(message) ?? [];
    const at = row === undefined ? '' : ` at line ${row}, column ${Number(column) + 1}`;
    const what = reason(message.replace(/^ParseError:\s*/, '')).trim();
    return new UsageError('the config cannot be parsed', { path: name, received: `${what}${at}`, cause: error });
  }
  if (message.startsWith('Cannot find module') || message.startsWith('Cannot find package')) {
    return new core.DescentError('the config imports something that is not there', {
      path: name,
      received: reason(message),
      fix: 'check the path, or npm install the package where the config is',
      cause: error,
    });
  }
  const kind = error instanceof Error ? `${error.name}: ` : '';
  return new core.DescentError('the config threw an error while it was loaded', {
    path,
    received: `${kind}${message}`,
    cause: error,
  });
}

/** The line of `file` that an error came through first. */
function lineOf(error: unknown, file: string): number | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.split('\n').find((line) => line.includes(`${file}:`));
  const line = at?.slice(at.indexOf(file) + file.length).match(/^:(\d+):\d+/)?.[1];
  return line === undefined ? null : Number(line);
}
