import { DescentError, prefixPath } from '@descent/core';

/** An error about an item, with the name of the item in front. */
export function sampleError(error: unknown, name: string): Error {
  if (error instanceof DescentError) return prefixPath(error, name) as DescentError;
  return new DescentError('the item could not be made', { path: name, received: reasonOf(error), cause: error });
}

/** What an error says, in one line or more. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NAMED = 8;

/** The names of the items of a batch, the first few of many. */
export function namesOf(items: Uint32Array, nameOf: (item: number) => string): string {
  const names = Array.from(items.subarray(0, NAMED), nameOf);
  return [...names, ...(items.length > NAMED ? [`${items.length - NAMED} more`] : [])].join('; ');
}
