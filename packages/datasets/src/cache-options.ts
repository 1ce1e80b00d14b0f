import { expectOptions, ValueError } from '@descent/core';
import { expectArgument } from './arguments.ts';

export interface CacheOptions {
  /** What the result depends on: options, a version. Another value is another entry. */
  readonly key: string;
  /**
   * Where entries lie. Default: `cache` in the folder of `DESCENT_DATA_HOME` or of the user's cache. In a browser: the name that the page keeps them under,
   * `descent/datasets` by default.
   */
  readonly folder?: string;
  /** The most bytes of an array that is read back. Default 16 GiB. */
  readonly limit?: number;
}

/** The options of `cache` with the defaults that are the same everywhere. Throws a `ValueError` for a wrong one, and for what is no function. */
export function checkedCacheOptions(
  make: unknown,
  options: CacheOptions,
): { readonly key: string; readonly folder?: string; readonly limit: number } {
  expectArgument('cache', typeof make === 'function', make, '() => dataset, a function that makes it');
  expectOptions('cache', options, ['key', 'folder', 'limit']);
  const { key, folder, limit = 16 * 2 ** 30 } = options;
  expectArgument(
    'cache',
    folder === undefined || (typeof folder === 'string' && folder !== ''),
    folder,
    'the path of a folder',
  );
  if (typeof key !== 'string' || key === '') {
    throw new ValueError('cache: key says what the data depend on', {
      received: JSON.stringify(key),
      expected: "a text, such as { key: 'faces 64x64 v2' }",
    });
  }
  return { key, limit, ...(folder !== undefined && { folder }) };
}

/** The name of an entry: what can be read of its key, and the beginning of the key's hash. */
export function entryName(key: string, hash: string): string {
  const text = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return `${text === '' ? 'entry' : text}-${hash.slice(0, 16)}`;
}
