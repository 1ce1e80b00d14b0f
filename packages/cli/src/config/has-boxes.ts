import type { LoadedConfig } from './load.ts';

/** Whether a config is about pictures with boxes, so that four numbers may be one. */
export function hasBoxes({ given: { data } }: Pick<LoadedConfig, 'given'>): boolean {
  return typeof data === 'object' && 'boxes' in data;
}
