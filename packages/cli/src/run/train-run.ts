import {
  type Backend,
  createTrainer,
  DescentError,
  type EpochRecord,
  fit,
  NumericError,
  type Parameters,
  summarize,
  type Trainer,
} from '@descent/core';
import { loader } from '@descent/datasets';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { InterruptedError } from '../errors.ts';
import { type ExportedFile, exportOnnx } from '../onnx.ts';
import type { Progress } from '../ui/progress.ts';
import { version } from '../version.ts';
import { copyName, createRunFolder, type RunFolder } from './folder.ts';
import { withPauses } from './pauses.ts';
import { preprocessingOf, proofInputs } from './proof.ts';
import type { RunRecord } from './record.ts';

export interface TrainJob {
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  readonly backend: Backend;
  /** The run's folder. */
  readonly folder: string;
  readonly overwrite: boolean;
  /** The folder that relative paths of the config start from. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Gets one line an epoch. */
  readonly log: ((line: string) => void) | null;
}

export interface TrainedRun {
  readonly folder: RunFolder;
  readonly history: readonly EpochRecord[];
  readonly parameters: Parameters;
  /** The proof of `model.onnx`, or why it could not be written. */
  readonly exported: ExportedFile | DescentError;
  readonly seconds: number;
}

const TEST_BATCH = 500;

/**
 * Trains a config into the folder of a run: `run.json` and the config first, a line of metrics and the weights after each epoch, `model.onnx`
 * at the end. Whatever stops it, the weights so far are kept.
 */
export async function trainRun(job: TrainJob): Promise<TrainedRun> {
  const { config, data, signal, progress } = job;
  const { model, loss, optimizer, metrics, batchSize, epochs, seed, source, file } = config;
  const begun = Date.now();
  const seconds = (): number => (Date.now() - begun) / 1000;
  const folder = await createRunFolder(job.folder, { source, file, overwrite: job.overwrite });
  const started = startRecord(job, new Date(begun).toISOString());
  const finish = (status: RunRecord['status']): Promise<void> =>
    folder.writeRecord({ ...started, status, seconds: seconds() });
  await folder.writeRecord(started);
  let trainer: Trainer | null = null;
  try {
    trainer = await createTrainer({ model, loss, optimizer, metrics, seed, backend: withPauses(job.backend) });
    const { history, stopped } = await fit(trainer, {
      train: loader(data.train, { batchSize, shuffle: true, seed }),
      ...(data.test !== null && { test: loader(data.test, { batchSize: Math.min(TEST_BATCH, data.test.length) }) }),
      epochs,
      signal,
      log(line) {
        progress.clear();
        job.log?.(line);
      },
      onEvent(event) {
        if (event.type === 'step') progress.step({ ...event, epochs });
      },
      callbacks: [
        {
          async onEpoch(record, context) {
            folder.appendMetrics(record);
            await folder.writeWeights(await context.trainer.parameters());
          },
        },
      ],
    });
    const parameters = await trainer.parameters();
    if (stopped !== null) throw interrupted(folder, trainer.stepCount);
    const exported = await exportTrained(job, parameters, folder.onnxPath);
    await finish('finished');
    return { folder, history, parameters, exported, seconds: seconds() };
  } catch (error) {
    // What ended the run is what the user must hear of, even when the weights cannot be written either.
    await keepWeights(trainer, folder).catch(() => {});
    await finish(error instanceof InterruptedError ? 'interrupted' : 'failed').catch(() => {});
    throw error;
  } finally {
    progress.clear();
    trainer?.dispose();
  }
}

async function keepWeights(trainer: Trainer | null, folder: RunFolder): Promise<void> {
  if (trainer !== null) await folder.writeWeights(await trainer.parameters());
}

function interrupted({ path, weightsPath }: RunFolder, steps: number): InterruptedError {
  return new InterruptedError(`training ended after ${steps} steps; their weights are in ${weightsPath}`, {
    fix: `descent export ${path} makes an ONNX file of them`,
  });
}

/** Training is not lost when the file cannot be made, say for lack of a package; a file that computes something else is an error. */
async function exportTrained(
  { config, data }: TrainJob,
  parameters: Parameters,
  path: string,
): Promise<ExportedFile | DescentError> {
  const { sample } = config.data;
  try {
    return await exportOnnx(config.model, {
      parameters,
      sample,
      path,
      labels: data.train.classes,
      preprocessing: preprocessingOf(sample, data.train),
      inputs: proofInputs(data.test ?? data.train),
    });
  } catch (error) {
    if (error instanceof DescentError && !(error instanceof NumericError)) return error;
    throw error;
  }
}

function startRecord({ config, data, backend, cwd }: TrainJob, started: string): RunRecord {
  const { model, loss, optimizer, metrics, batchSize, epochs, seed } = config;
  const { shape, dtype = 'float32' } = config.data.sample;
  return {
    descent: version(),
    status: 'running',
    started,
    seconds: 0,
    config: { file: copyName(config.file), original: config.file, cwd },
    settings: {
      data: config.data.name,
      backend: backend.name,
      loss: loss.label,
      optimizer: optimizer.label,
      metrics: metrics.map((metric) => metric.name),
      batchSize,
      epochs,
      seed,
    },
    sample: { shape: [...shape], dtype },
    labels: [...data.train.classes],
    layers: summarize(model, config.data.sample).rows.map((row) => ({
      path: row.path,
      label: row.label,
      output: [...row.outputShape],
      parameters: row.total,
    })),
  };
}
