import { basename, extname } from 'node:path';
import * as core from '@descent/core';
import * as coreBackend from '@descent/core/backend';
import * as coreOps from '@descent/core/ops';
import * as coreRandom from '@descent/core/random';
import * as coreReference from '@descent/core/reference';
import * as datasets from '@descent/datasets';
import { reason, UsageError } from '../errors.ts';
import { defineConfig } from './define-config.ts';
import { parseJson } from './json.ts';

export const CONFIG_EXTENSIONS: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];

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
  let exports: { readonly default?: unknown; readonly __esModule?: unknown };
  try {
    exports = (await jiti.evalModule(source, { filename: file, ext: extension, async: true })) as typeof exports;
  } catch (error) {
    throw explain(error, file);
  }
  // CommonJS: what `module.exports` is.
  const isModule = exports.__esModule === true;
  const config = exports.default ?? (isModule ? undefined : exports);
  if (config !== undefined && (isModule || typeof config === 'function' || Object.keys(config).length > 0))
    return config;
  throw new UsageError('the config has no default export', {
    path: name,
    received: `exports ${Object.keys(exports).join(', ') || 'nothing'}`,
    expected:
      extension === '.cjs' || extension === '.cts'
        ? 'module.exports = defineConfig({ model, data, optimizer, … })'
        : 'export default defineConfig({ model, data, optimizer, … })',
  });
}

const named = (data: string): string =>
  `these are data, which a config names: write a .json with "data": ${data}, "model" and "optimizer"`;

/** What to do about files of other formats. */
const OTHER_ENDINGS: Readonly<Record<string, string>> = {
  '.jsonc': 'take the comments out and name it .json, or write it as .ts, where comments are fine',
  '.json5': 'write it as .json, or as .ts, where comments and names without quotes are fine',
  '.yaml': 'write it as .json or .ts: YAML is not read',
  '.yml': 'write it as .json or .ts: YAML is not read',
  '.toml': 'write it as .json or .ts: TOML is not read',
  '.tsx': 'name it .ts',
  '.jsx': 'name it .js',
  '.onnx': 'this is a trained network: descent predict asks it about images',
  '.csv': named('{ "csv": "…", "target": "…", "test": 0.2 }'),
  '.tsv': named('{ "csv": "…", "target": "…", "test": 0.2 }'),
  '.npz': named('{ "npz": "…", "x": "…", "y": "…", "test": 0.2 }'),
  '.ipynb': 'write the network as .json or .ts',
  '.py': 'write the network as .json or .ts: layers have the names of PyTorch',
};

/** Throws a UsageError unless `file` ends like a config. */
export function expectConfigName(file: string): void {
  const extension = extname(file);
  if (CONFIG_EXTENSIONS.includes(extension)) return;
  const small = extension.toLowerCase();
  throw new UsageError('this is not a config file', {
    path: file,
    received: extension === '' ? 'a name without an ending' : `the ending ${extension}`,
    expected: CONFIG_EXTENSIONS.join(', '),
    fix: CONFIG_EXTENSIONS.includes(small) ? `name it ${small}, in small letters` : OTHER_ENDINGS[small],
  });
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
