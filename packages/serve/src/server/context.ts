import type { LiveModel } from '../models/live-model.ts';
import type { Registry } from '../models/registry.ts';
import type { Metrics } from './metrics.ts';
import type { ServeSettings } from './options.ts';

/** What routes work with. */
export interface Context {
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly settings: ServeSettings;
  /** Whether requests are still taken. */
  readonly isClosing: () => boolean;
}

/** Where a model is named in an address. */
export interface ModelParams {
  readonly model: string;
  readonly version?: string;
}

/** The paths of a route of models, with and without a version. */
export function modelPaths(start: string, end: string): readonly string[] {
  return [`${start}/models/:model${end}`, `${start}/models/:model/versions/:version${end}`];
}

/** The model that an address names. */
export function modelOf({ registry }: Context, { model, version }: ModelParams): LiveModel {
  return registry.get(model, version);
}
