import type { Choices } from '@descent/backend-onnx';
import { type Backend, summarize } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import type { Choice } from '@descent/core/choose';
import { environment, hashOfData } from '@descent/runs';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { preparationOf } from '../config/preparation.ts';
import { formatOptimizer } from '../ui/optimizer.ts';
import { version } from '../version.ts';
import { copyName, hashOfText } from './folder.ts';
import { picturesOf } from './pictures.ts';
import type { RunRecord } from './record.ts';

export interface StartedRun {
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  readonly backend: Backend;
  /** What `auto` measured; `null` when the backend was named. */
  readonly choice: Choice | null;
  /** Ways that are chosen by measurement, where they are. */
  readonly choices?: Choices | undefined;
  /** The folder that relative paths of the config start from. */
  readonly cwd: string;
}

/** Everything that is known of a run before its first step. */
export function startRecord({ config, data, backend, choice, choices, cwd }: StartedRun): RunRecord {
  const { model, loss, optimizer, metrics, init, batchSize, epochs, seed } = config;
  return {
    descent: version(),
    status: 'running',
    started: new Date().toISOString(),
    seconds: 0,
    config: { file: copyName(config.file), original: config.file, cwd, sha256: hashOfText(config.source) },
    settings: {
      data: config.data.name,
      backend: backend.name,
      requestedBackend: config.backend,
      ...(choice !== null && { choice }),
      ...(choices !== undefined && { choices }),
      loss: loss.label,
      optimizer: formatOptimizer(optimizer),
      metrics: metrics.map((metric) => metric.name),
      better: Object.fromEntries(
        metrics.flatMap(({ name, better }) => (better === undefined ? [] : [[name, better] as const])),
      ),
      ...(init.length > 0 && { init }),
      batchSize,
      epochs,
      seed,
    },
    data: dataRecord(data),
    environment: environment(),
    sample: mapTree(config.data.sample, ({ shape, dtype = 'float32' }) => ({ shape: [...shape], dtype })),
    image: picturesOf(config.data.sample, data.train),
    ...preparationOf(data),
    labels: [...data.train.classes],
    layers: summarize(model, config.data.sample).rows.map((row) => ({
      path: row.path,
      label: row.label,
      output: [...row.outputShape],
      parameters: row.total,
    })),
  };
}

/** What a run is trained and tested on. */
export function dataRecord(data: LoadedData): RunRecord['data'] {
  return (['train', 'validation', 'test'] as const).flatMap((role) => {
    const set = data[role];
    if (set === null) return [];
    const { name, length, licence, source } = set;
    return [{ role, name, items: length, licence, source, sha256: hashOfData(set) }];
  });
}
