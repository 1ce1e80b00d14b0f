import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DescentError, prefixPath } from '@descent/core';
import { type Augmentation, resolveAugment, withTransform } from './augment.ts';
import { buildLoss } from './calls.ts';
import { type DataSource, dataSource } from './data.ts';
import type { CheckpointConfig, DescentConfig } from './define-config.ts';
import { CONFIG_EXTENSIONS, evaluateConfig, expectConfigName } from './evaluate.ts';
import { type ExportedSample, resolveExport } from './exported.ts';
import { readImported } from './imported.ts';
import { type InitSetting, initSettings } from './init.ts';
import { decodeConfig } from './json.ts';
import { buildRecipe, type Recipe } from './recipe.ts';
import { validateConfig } from './schema.ts';
import { parseSets } from './set-values.ts';
import { resolveCheckpoints, resolveEarlyStopping, type StoppingConfig } from './watched.ts';
import { wholeSource } from './whole-source.ts';

/** A config with its defaults filled in and its calls made. */
export interface LoadedConfig extends Recipe {
  /** As the config has it. */
  readonly given: DescentConfig;
  /** Absolute path of the file. */
  readonly file: string;
  /** Text of the file. */
  readonly source: string;
  readonly data: DataSource;
  /** For records and people; the network has the initializers. */
  readonly init: readonly InitSetting[];
  /** Trains. */
  readonly backend: string;
  /** Is asked about the trained network; `null`: the one that trains. */
  readonly inference: string | null;
  /** How `onnx:cpu` chooses among ways of computing. */
  readonly choices: 'rules' | 'measured';
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

/** What the command line may say instead of the config. */
export interface Overrides {
  readonly epochs?: number;
  readonly seed?: number;
  readonly backend?: string;
  readonly choices?: 'rules' | 'measured';
  readonly out?: string;
  /** What `--set` says: values in their places, such as `optimizer.lr=0.1`. */
  readonly set?: readonly string[];
}

/**
 * Reads, evaluates and checks a config file; what `overrides` has is taken from there.
 * @throws UsageError when it does not say something valid, DescentError when it is missing or throws.
 */
export async function loadConfig(path: string, cwd: string, overrides: Overrides = {}): Promise<LoadedConfig> {
  const file = resolve(cwd, path);
  const { epochs, seed, backend, choices, out, set = [] } = overrides;
  const source = await wholeSource(await readConfig(path, cwd), file, cwd, parseSets(set));
  return {
    ...(await loadSource(source, file, cwd)),
    ...(epochs !== undefined && { epochs }),
    ...(seed !== undefined && { seed }),
    ...(backend !== undefined && { backend }),
    ...(choices !== undefined && { choices }),
    ...(out !== undefined && { out }),
  };
}

/** The text of a config file. Throws a UsageError for a file of another kind, a DescentError where it is missing. */
export async function readConfig(path: string, cwd: string): Promise<string> {
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
  return decodeConfig(bytes);
}

/** As `loadConfig`, from text that stands, or stood, in `file`. */
export async function loadSource(source: string, file: string, cwd: string): Promise<LoadedConfig> {
  const config = validateConfig(await evaluateConfig(source, file, cwd), basename(file));
  try {
    return { file, source, ...(await resolveConfig(config, file, cwd)) };
  } catch (error) {
    throw prefixPath(error, basename(file));
  }
}

async function resolveConfig(
  config: DescentConfig,
  file: string,
  cwd: string,
): Promise<Omit<LoadedConfig, 'file' | 'source'>> {
  const { backend = 'auto', out = null, validation = null, checkpoints = null, tensorboard = true } = config;
  const ignored = config.loss === undefined ? undefined : buildLoss(config.loss).ignoreIndex;
  const data = withTransform(await dataSource(config.data, cwd, ignored), config);
  const recipe = buildRecipe({ ...config, model: await readImported(config.model, file) }, data);
  return {
    ...recipe,
    given: config,
    data,
    init: initSettings(config.init),
    backend: typeof backend === 'string' ? backend : backend.training,
    inference: typeof backend === 'string' ? null : (backend.inference ?? null),
    choices: config.choices ?? 'rules',
    augmentation: {
      ...resolveAugment(config, data.sample),
      ...(data.buckets !== undefined && { buckets: data.buckets }),
    },
    maxResidentBytes: config.maxResidentBytes,
    exported: resolveExport(config.export, data.sample),
    validation,
    checkpoints: resolveCheckpoints(checkpoints, config, recipe.metrics),
    earlyStopping: resolveEarlyStopping(config, recipe.metrics),
    tensorboard,
    out,
  };
}
