import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ValueError } from '@descent/core';

/** The address to import a module of the user's own from: of a local file. Throws a `ValueError` for any other. */
export function moduleAddress(module: URL | string): string {
  const url = module instanceof URL ? module.href : isAbsolute(module) ? pathToFileURL(module).href : module;
  if (url.startsWith('file:')) return url;
  throw new ValueError('moduleDataset: module is a local file', {
    received: url,
    expected: 'a file: URL or an absolute path',
    fix: "pass new URL('./my-data.js', import.meta.url)",
  });
}
