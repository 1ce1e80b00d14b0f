import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DescentError, prefixPath } from '@descent/core';
import { type Augmentation, resolveAugment, withTransform } from './augment.ts';
import { buildLoss } from './calls.ts';
import { type DataSource, dataSource } from './data.ts';
import type { CheckpointConfig, DescentConfig } from './define-config.ts';
import { CONFIG_EXTENSIONS, evaluateConfig, expectConfigName } from './evaluate.ts';
import { type ExportedSample, resolveExport } from './exported.ts';
import { decodeConfig } from './json.ts';
import { buildRecipe, type Recipe } from './recipe.ts';
import { validateConfig } from './schema.ts';
import { resolveCheckpoints, resolveEarlyStopping, type StoppingConfig } from './watched.ts';

/** A config with its defaults filled in and its calls made. */
export interface LoadedConfig extends Recipe {
  /** Absolute path of the file. */
  readonly file: string;
  /** Text of the file. */
  readonly source: string;
  readonly data: DataSource;
  /** Trains. */
  readonly backend: string;
  /** Is asked about the trained network; `null`: the one that trains. */
  readonly inference: string | null;
  readonly augmentation: Augmentation;
  /** As `fit` has it where the config says nothing. */
  readonly maxResidentBytes: number | undefined;
  readonly exported: ExportedSample;
  readonly validation: number | null;
  readonly checkpoints: CheckpointConfig | null;
  readonly earlyStopping: StoppingConfig | null;
  readonly tensorboard: boolean;
  readonly out: string | null;
}

/**
 * Reads, evaluates and checks a config file.
 * @throws UsageError when it does not say something valid, DescentError when it is missing or throws.
 */
export async function loadConfig(path: string, cwd: string): Promise<LoadedConfig> {
  const file = resolve(cwd, path);
  expectConfigName(path);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new DescentError(cause.code === 'ENOENT' ? 'there is no such config file' : 'the config cannot be read', {
      path,
      received: cause.code === 'EISDIR' ? 'a folder' : (cause.code ?? String(cause)),
      expected: `a file that ends in ${CONFIG_EXTENSIONS.join(', ')}`,
      fix: 'check the path; `descent demo` writes configs to start from',
      cause,
    });
  });
  return loadSource(decodeConfig(bytes), file, cwd);
}

/** As `loadConfig`, from text that stands, or stood, in `file`. */
export async function loadSource(source: string, file: string, cwd: string): Promise<LoadedConfig> {
  const config = validateConfig(await evaluateConfig(source, file), basename(file));
  try {
    return { file, source, ...(await resolveConfig(config, cwd)) };
  } catch (error) {
    throw prefixPath(error, basename(file));
  }
}

async function resolveConfig(config: DescentConfig, cwd: string): Promise<Omit<LoadedConfig, 'file' | 'source'>> {
  const { backend = 'auto', out = null, validation = null, checkpoints = null, tensorboard = true } = config;
  const ignored = config.loss === undefined ? undefined : buildLoss(config.loss).ignoreIndex;
  const data = withTransform(await dataSource(config.data, cwd, ignored), config);
  const recipe = buildRecipe(config, data);
  return {
    ...recipe,
    data,
    backend: typeof backend === 'string' ? backend : backend.training,
    inference: typeof backend === 'string' ? null : (backend.inference ?? null),
    augmentation: resolveAugment(config, data.sample),
    maxResidentBytes: config.maxResidentBytes,
    exported: resolveExport(config.export, data.sample),
    validation,
    checkpoints: resolveCheckpoints(checkpoints, config, recipe.metrics),
    earlyStopping: resolveEarlyStopping(config, recipe.metrics),
    tensorboard,
    out,
  };
}
