import { expectOptions, ValueError } from '@descent/core';
import { moduleAddress } from '#platform/modules.js';
import { expectArgument } from '../arguments.ts';
import type { TargetType } from '../dataset.ts';
import { lazyProblem } from '../dataset-check.ts';
import type { LazyDataset, LazyDatasetOf } from './lazy-dataset.ts';

export interface ModuleDatasetOptions {
  /** The file of the function: `new URL('./my-data.js', import.meta.url)`, or an absolute path. JavaScript that this Node runs as it is; in a browser, a file of the page's own server. */
  readonly module: URL | string;
  /** The name of the function in it. Default `'default'`. */
  readonly export?: string;
  /** Given to the function: plain data, for it goes to each worker thread too. */
  readonly options?: unknown;
}

/**
 * A dataset of your own that worker threads can make too: `(options) => LazyDataset`, or a promise of one, exported by a module that is imported here and
 * in each worker. It runs with all rights of the process, so `module` must come from your own code, never from a file that was loaded.
 * @throws ValueError when the module is not a local file, exports no such function, `options` are not plain data, or the result is no lazy dataset.
 */
export async function moduleDataset<D extends TargetType | LazyDatasetOf = 'int32'>(
  options: ModuleDatasetOptions,
): Promise<[D] extends [TargetType] ? LazyDataset<D> : D> {
  expectOptions('moduleDataset', options, ['module', 'export', 'options']);
  const module = address(options.module);
  const name = options.export ?? 'default';
  const plain = copied(options.options);
  const made = await makeFromModule(module, name, plain);
  const { length, classes, sample, target, targetShape } = made;
  const dataset: LazyDatasetOf = {
    name: made.name,
    length,
    classes,
    sample,
    target,
    ...(targetShape === undefined ? {} : { targetShape }),
    get: (index, signal) => made.get(index, signal),
    ...(made.describe === undefined ? {} : { describe: (index: number) => made.describe?.(index) ?? '' }),
    recipe: { kind: 'module', module, export: name, options: plain },
  };
  // The caller says what the module makes.
  return dataset as [D] extends [TargetType] ? LazyDataset<D> : D;
}

/** Calls the function `name` of a module. Throws a `ValueError` that names the module when there is none or its result is no lazy dataset. */
export async function makeFromModule(module: string, name: string, options: unknown): Promise<LazyDatasetOf> {
  const names = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as Readonly<
    Record<string, unknown>
  >;
  const make = names[name];
  if (typeof make !== 'function') {
    throw new ValueError('moduleDataset: the module exports no such function', {
      path: module,
      received: `${name}: ${typeof make}; exports ${Object.keys(names).sort().join(', ') || 'nothing'}`,
      expected: 'a function (options) => LazyDataset',
      fix: 'name it with the option export',
    });
  }
  return expectLazy((await make(options)) as LazyDatasetOf, module);
}

function address(module: URL | string): string {
  expectArgument(
    'moduleDataset',
    typeof module === 'string' || module instanceof URL,
    module,
    "module: new URL('./my-data.js', import.meta.url)",
  );
  return moduleAddress(module);
}

function copied(options: unknown): unknown {
  try {
    return structuredClone(options);
  } catch (cause) {
    throw new ValueError('moduleDataset: options must be plain data, for they go to worker threads', {
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'pass paths and numbers, and make functions and open files inside the module',
      cause,
    });
  }
}

function expectLazy(made: LazyDatasetOf, module: string): LazyDatasetOf {
  const problem = lazyProblem(made);
  if (problem === undefined) return made;
  throw new ValueError('moduleDataset: the function gave no lazy dataset', {
    path: module,
    received: problem,
    expected: '{ name, length, classes, sample: { dtype, shape }, target, get(index) }',
  });
}
