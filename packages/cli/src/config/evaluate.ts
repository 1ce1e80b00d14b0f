import { basename, extname } from 'node:path';
import * as core from '@descent/core';
import * as coreBackend from '@descent/core/backend';
import * as coreOps from '@descent/core/ops';
import * as coreRandom from '@descent/core/random';
import * as coreReference from '@descent/core/reference';
import * as datasets from '@descent/datasets';
import { reason, UsageError } from '../errors.ts';
import type { Space } from '../sweep/space/parameter.ts';
import { OPTIMIZERS } from './callables/optimizers.ts';
import { defineConfig } from './define-config.ts';
import { DATA_EXTENSIONS, readDocument } from './extends.ts';
import { isObject } from './is-object.ts';
import { markersIn } from './markers.ts';
import { withValueAt } from './places.ts';
import { createTunables, type Tunables, untuned } from './tunables.ts';

export const CONFIG_EXTENSIONS: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', ...DATA_EXTENSIONS];

/**
 * Evaluates the source of a config as if it stood in `file`, and returns its default export. JSON and YAML are parsed, never executed.
 *
 * Configs get the Descent packages that this command runs with, wherever they lie: layers of another copy would not be recognized.
 * @throws UsageError also for a config that has ranges to try and says nothing of their values.
 */
export async function evaluateConfig(source: string, file: string, cwd: string): Promise<unknown> {
  const tunables = createTunables(false);
  const { config, calls } = await evaluated(source, file, cwd, tunables);
  const paths = Object.entries(tunables.values()).filter(([name]) => !tunables.found.has(name));
  const chosen = paths.reduce(
    (before, [path, value]) => withValueAt(asCalls(before, path, calls), path, value),
    config,
  );
  const open = [...markersIn(chosen).keys()];
  if (open.length > 0) throw prefixed(untuned(open), basename(file));
  return chosen;
}

/** A config with the ranges that it has, by their names: those that stand in it, and those that it asked for while it was evaluated. */
export interface ExploredConfig {
  readonly config: unknown;
  readonly space: Space;
}

/** As `evaluateConfig`, of a config that has ranges to try. */
export async function exploreConfig(source: string, file: string, cwd: string): Promise<ExploredConfig> {
  const tunables = createTunables(true);
  const { config } = await evaluated(source, file, cwd, tunables);
  const markers = markersIn(config);
  const twice = [...markers.keys()].find((name) => tunables.found.has(name));
  if (twice !== undefined)
    throw prefixed(new UsageError(`two different parameters are called '${twice}'`), basename(file));
  return { config, space: Object.fromEntries([...tunables.found, ...markers]) };
}

/** What optimizers were made by, so that an option of one can be another. */
type Calls = ReadonlyMap<unknown, readonly [string, ...unknown[]]>;

async function evaluated(
  source: string,
  file: string,
  cwd: string,
  { functions }: Tunables,
): Promise<{ readonly config: unknown; readonly calls: Calls }> {
  const name = basename(file);
  const extension = extname(file);
  expectConfigName(file);
  if (DATA_EXTENSIONS.includes(extension)) {
    const { config } = await readDocument(source, file, { cwd, variables: process.env });
    return { config, calls: new Map() };
  }
  const calls = new Map<unknown, readonly [string, ...unknown[]]>();
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: {
      '@descent/cli': { defineConfig, ...functions },
      '@descent/core': { ...core, ...noted(calls) },
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
    return { config, calls };
  throw new UsageError('the config has no default export', {
    path: name,
    received: `exports ${Object.keys(exports).join(', ') || 'nothing'}`,
    expected:
      extension === '.cjs' || extension === '.cts'
        ? 'module.exports = defineConfig({ model, data, optimizer, … })'
        : 'export default defineConfig({ model, data, optimizer, … })',
  });
}

/** The functions that make optimizers, which note what they were called with. */
function noted(calls: Map<unknown, readonly [string, ...unknown[]]>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(OPTIMIZERS).filter(([, one]) => 'make' in one);
  return Object.fromEntries(
    entries.map(([name]) => {
      const make = (core as Readonly<Record<string, unknown>>)[name] as (...args: readonly unknown[]) => unknown;
      const noting = (...args: readonly unknown[]): unknown => {
        const made = make(...args);
        calls.set(made, [name, ...args]);
        return made;
      };
      // Messages about a function that was not called give its name.
      return [name, Object.defineProperty(noting, 'name', { value: name })];
    }),
  );
}

/** The same config; an optimizer that `path` goes into is the call that made it, and so are those within it. */
function asCalls(config: unknown, path: string, calls: Calls): unknown {
  if (!path.startsWith('optimizer.') || !isObject(config)) return config;
  const asCall = (one: unknown): unknown => {
    const call = calls.get(one);
    return call === undefined ? one : [call[0], ...call.slice(1).map(asCall)];
  };
  return { ...config, optimizer: asCall(config['optimizer']) };
}

function prefixed(error: UsageError, file: string): unknown {
  return core.prefixPath(error, file);
}

const named = (data: string): string =>
  `these are data, which a config names: write a .json with "data": ${data}, "model" and "optimizer"`;

/** What to do about files of other formats. */
const OTHER_ENDINGS: Readonly<Record<string, string>> = {
  '.jsonc': 'take the comments out and name it .json, or write it as .yaml or .ts, where comments are fine',
  '.json5': 'write it as .yaml or .ts, where comments and names without quotes are fine',
  '.toml': 'write it as .yaml, .json or .ts: TOML is not read',
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
