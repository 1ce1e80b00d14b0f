import { ShapeError, ValueError } from '@descent/core';
import { mistakeAt } from '../errors.ts';

/** What `make` says about names and options is a mistake of the config at `path`; what is wrong with a file is not. */
export function inConfig<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw mistakeOf(path, error);
  }
}

/** The same of what takes its time. */
export async function inConfigLater<T>(path: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw mistakeOf(path, error);
  }
}

function mistakeOf(path: string, error: unknown): unknown {
  return error instanceof ValueError || error instanceof ShapeError ? mistakeAt(path, error) : error;
}
