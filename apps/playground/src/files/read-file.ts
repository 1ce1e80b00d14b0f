import { DescentError, decodeSafetensors } from '@descent/core';
import { decodeCheckpoint } from '@descent/runs/checkpoints';
import type { Experiment } from '../state/experiment.ts';
import { type ReadExperiment, readExperimentText } from '../state/read-experiment.ts';
import { kindOf } from './kind.ts';
import { type RunData, runData } from './run-data.ts';
import { isOfRun, type SavedRun, savedRun } from './saved-run.ts';
import { unzipped } from './zip.ts';

/** Numbers to go on with. */
export interface Numbers {
  readonly kind: 'checkpoint' | 'safetensors';
  readonly bytes: Uint8Array;
}

/** What a file of the user's is good for. */
export type ReadFile =
  /** An experiment, with its numbers where the file has some. */
  | {
      readonly kind: 'experiment';
      readonly experiment: Experiment;
      readonly numbers: Numbers | null;
      /** Keys of the config that the page has no use for. */
      readonly unused: readonly string[];
      /** Data of the user's own that lie beside the run; as an error where the page does not take them. */
      readonly data: RunData | DescentError | null;
    }
  /** Numbers for the network that is there. */
  | { readonly kind: 'numbers'; readonly numbers: Numbers }
  /** A model to be used as it is. */
  | { readonly kind: 'model'; readonly name: string; readonly bytes: Uint8Array };

/**
 * Finds out what a file is by its content, and reads it: the zip of a run's folder, a config in JSON, a checkpoint, safetensors, or an ONNX file, which
 * ONNX Runtime has yet to open. Nothing in it is executed.
 * @throws DescentError naming what is wrong with it.
 */
export async function readFile(bytes: Uint8Array, name: string): Promise<ReadFile> {
  switch (kindOf(bytes)) {
    case 'zip':
      return fileOfRun(savedRun(await unzipped(bytes, name, isOfRun), name), bytes, name);
    case 'json':
      return {
        kind: 'experiment',
        ...(await experimentIn(new TextDecoder().decode(bytes), name)),
        ...{ numbers: null, data: null },
      };
    case 'safetensors':
      return {
        kind: 'numbers',
        numbers: { kind: (await isCheckpoint(bytes, name)) ? 'checkpoint' : 'safetensors', bytes },
      };
    case 'onnx':
      return { kind: 'model', name, bytes };
    default:
      throw new DescentError('this is no file that the page opens', {
        path: name,
        received: bytes.length === 0 ? 'an empty file' : `first bytes ${hex(bytes.subarray(0, 8))}`,
        expected: "the zip of a run's folder, model.onnx, safetensors, a checkpoint, or a config in JSON",
        fix: 'give a file that this page or the descent command wrote',
      });
  }
}

/** The experiment of a run with its newest numbers; only its model where the config is a program, which a page does not execute. */
async function fileOfRun(run: SavedRun, archive: Uint8Array, name: string): Promise<ReadFile> {
  if (run.config === null) {
    if (run.onnx !== null) return { kind: 'model', name: `${run.name}/model.onnx`, bytes: run.onnx };
    throw new DescentError('the config of this run is a program, which the page does not execute', {
      path: run.name,
      received: run.configFile,
      expected: 'config.json, or a model.onnx beside it',
      fix: 'write the config as JSON, or make the file with descent export',
    });
  }
  const { experiment, unused } = await experimentIn(run.config, `${run.name}/${run.configFile}`);
  const { seed, epochs } = run;
  // A run whose data the page does not take still has a network that can be asked.
  const data = await runData(archive, name, experiment.data).catch((error: unknown) => {
    if (error instanceof DescentError) return error;
    throw error;
  });
  const numbers = await numbersOf(run);
  return { kind: 'experiment', experiment: { ...experiment, seed, epochs }, unused, numbers, data };
}

/** A config is of any backend; the page trains it on its own. */
async function experimentIn(text: string, name: string): Promise<Pick<ReadExperiment, 'experiment' | 'unused'>> {
  const { experiment, unused } = await readExperimentText(text, name);
  return { experiment, unused };
}

/** The newest checkpoint that is intact, else the weights. */
async function numbersOf({ checkpoints, weights }: SavedRun): Promise<Numbers | null> {
  for (const bytes of checkpoints) {
    if (await isIntact(bytes)) return { kind: 'checkpoint', bytes };
  }
  return weights === null ? null : { kind: 'safetensors', bytes: weights };
}

function isIntact(bytes: Uint8Array): Promise<boolean> {
  return decodeCheckpoint(bytes, 'the checkpoint').then(
    () => true,
    () => false,
  );
}

/** Whether safetensors are a checkpoint. Throws a DescentError for one that is damaged. */
async function isCheckpoint(bytes: Uint8Array, name: string): Promise<boolean> {
  if (!decodeSafetensors(bytes, name).metadata['format']?.startsWith('descent.checkpoint')) return false;
  await decodeCheckpoint(bytes, name);
  return true;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
