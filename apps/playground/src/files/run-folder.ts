import type { PreparedFiles } from '@descent/cli/config';
import { type EpochRecord, type ImagePreprocessing, type NDArrays, type SampleType, summarize } from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';
import { decodeCheckpoint } from '@descent/runs/checkpoints';
import { digestOfData } from '@descent/runs/scores';
import type { SetName } from '../session/protocol.ts';
import type { Recipe } from '../session/recipe.ts';
import { configOf, type Experiment } from '../state/experiment.ts';
import type { Files } from './zip.ts';

/** A set of a run, for its record. */
export interface RunSet {
  readonly role: SetName;
  readonly x: NDArrays;
  readonly y: NDArrays;
}

/** Where the data of a run come from. */
export interface DataOrigin {
  readonly name: string;
  readonly licence: string;
  readonly source: string;
}

/** Everything that a run's folder is made of. */
export interface RunParts {
  readonly experiment: Experiment;
  readonly recipe: Recipe;
  readonly sets: readonly RunSet[];
  readonly origin: DataOrigin;
  readonly classes: readonly string[];
  /** How a picture becomes a sample; `null` when samples are no pictures. */
  readonly pictures: ImagePreprocessing | null;
  /** How texts became tokens, and rows samples; empty where nothing did. */
  readonly preparation: Partial<Pick<PreparedFiles, 'text' | 'table' | 'windows'>>;
  readonly stepsAnEpoch: number;
  readonly checkpoint: Uint8Array;
  readonly weights: Uint8Array;
  /** `null` where the network cannot be written as ONNX. */
  readonly onnx: Uint8Array | null;
  /** Cores of the machine. */
  readonly cores: number;
  readonly ended: Date;
}

/** Engines of pages are none of a command line; this one is part of the descent command. */
const COMMAND_BACKEND = 'onnx:cpu';
const CONFIG = 'config.json';

/** The config of the `descent` command that trains an experiment. */
export function configText(experiment: Experiment): string {
  return `${JSON.stringify({ ...configOf(experiment), backend: COMMAND_BACKEND }, null, 2)}\n`;
}

/**
 * The files of a run as `descent train` lays them out, under `folder`, so that `descent predict`, `resume`, `export` and `summary` take it for one of
 * their own: the record, the config, a line of metrics for each epoch, the newest checkpoint, weights and `model.onnx`.
 */
export async function runFolder(folder: string, parts: RunParts): Promise<Files> {
  const { checkpoint, weights, onnx, experiment, stepsAnEpoch } = parts;
  const { state, position } = await decodeCheckpoint(checkpoint, 'the checkpoint');
  const { history } = position;
  const config = configText(experiment);
  const record = await recordOf(parts, config, history);
  const lines = history.map((epoch) => `${JSON.stringify({ step: stepsAnEpoch * epoch.epoch, ...epoch })}\n`);
  const text = new TextEncoder();
  return new Map([
    [`${folder}/run.json`, text.encode(`${JSON.stringify(record, null, 2)}\n`)],
    [`${folder}/${CONFIG}`, text.encode(config)],
    [`${folder}/metrics.jsonl`, text.encode(lines.join(''))],
    [`${folder}/model.safetensors`, weights],
    ...(onnx === null ? [] : [[`${folder}/model.onnx`, onnx] as const]),
    [`${folder}/checkpoints/step-${String(state.step).padStart(9, '0')}.safetensors`, checkpoint],
  ]);
}

async function recordOf(parts: RunParts, config: string, history: readonly EpochRecord[]): Promise<object> {
  const { experiment, recipe, sets, origin, classes, pictures, preparation, cores, ended } = parts;
  const { batchSize, epochs, seed, backend } = experiment;
  const sample = mapTree(
    (sets[0] as RunSet).x,
    ({ dtype, shape }): SampleType => ({ shape: shape.slice(1), dtype: dtype === 'float64' ? 'float32' : dtype }),
  );
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return {
    descent: 'playground',
    status: history.length >= epochs ? 'finished' : 'interrupted',
    started: new Date(ended.getTime() - 1000 * seconds).toISOString(),
    seconds,
    // Paths in the config are relative to the folder that the command runs in.
    config: { file: CONFIG, original: CONFIG, cwd: '.', sha256: await sha256(config) },
    settings: {
      data: origin.name,
      backend,
      requestedBackend: COMMAND_BACKEND,
      loss: recipe.loss.label,
      optimizer: recipe.optimizer.label,
      metrics: recipe.metrics.map(({ name }) => name),
      ...{ batchSize, epochs, seed },
    },
    data: await Promise.all(
      sets.map(async ({ role, x, y }) => ({
        ...{ role, ...origin, items: leavesOf(x)[0]?.[1].shape[0] ?? 0 },
        sha256: await digestOfData({ x, y }),
      })),
    ),
    environment: { node: 'none', os: 'a browser', cpu: { model: 'unknown', cores }, memory: 0, packages: {} },
    sample,
    image: pictures,
    ...preparation,
    labels: classes,
    layers: summarize(recipe.model, sample).rows.map(({ path, label, outputShape, total }) => ({
      ...{ path, label, output: outputShape, parameters: total },
    })),
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
