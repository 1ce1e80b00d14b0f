import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expectParameters, type Parameters } from '@descent/core';
import { type LoadedConfig, loadConfig, loadSource } from '../config/load.ts';
import { readRun } from './folder.ts';
import type { RunRecord } from './record.ts';

/** What a config says, and weights where there are any. */
export interface Configured {
  readonly config: LoadedConfig;
  /** Those that a run ended with; undefined for a config that was not trained. */
  readonly weights: Parameters | undefined;
  readonly warnings: readonly string[];
  /** Of a run. */
  readonly record?: RunRecord;
}

/** The config of a run with its seed, and its weights; or the config in a file. `path` starts from `cwd`. */
export async function configured(path: string, cwd: string): Promise<Configured> {
  const isFolder = await stat(resolve(cwd, path)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { config: await loadConfig(path, cwd), weights: undefined, warnings: [] };
  const { record, source, weights, warnings } = await readRun(resolve(cwd, path));
  const config = await loadSource(source, record.config.original, record.config.cwd);
  expectParameters(config.model, weights, `the weights in ${path}`);
  return { config: { ...config, seed: record.settings.seed }, weights: weights as Parameters, warnings, record };
}
