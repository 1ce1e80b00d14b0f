import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, type EpochRecord, type NDArray, type Trainer, type TrainerState } from '@descent/core';
import { checkpointUntil } from '@descent/runs';
import type { LoggedEpoch } from '../run/epoch-log.ts';
import type { DebuggedRun } from './open-run.ts';

/** Something that the run wrote, and whether the replay has the same bits. */
export interface Check {
  /** For people: `epoch 3`, `the checkpoint of step 500`. */
  readonly what: string;
  readonly same: boolean;
  /** The first difference. */
  readonly difference: string | null;
}

/** Compares the numbers of training in an epoch with what the run wrote of it; nothing where it wrote none. */
export function checkEpoch(logged: readonly LoggedEpoch[], { epoch, train }: EpochRecord): readonly Check[] {
  const known = logged.find((one) => one.epoch === epoch);
  if (known === undefined) return [];
  // JSON has no NaN, and writes null.
  const other = Object.entries(train).find(
    ([name, value]) =>
      ((known.train[name] as number | null | undefined) ?? Number.NaN) !== value && !Number.isNaN(value),
  );
  const difference =
    other === undefined ? null : `${other[0]} is ${other[1]}, and was ${known.train[other[0]] ?? 'not recorded'}`;
  return [{ what: `epoch ${epoch}`, same: difference === null, difference }];
}

/** Compares everything that a checkpoint of the run holds; nothing where it is damaged or gone. */
export async function checkCheckpoint(
  { checkpointsPath }: DebuggedRun,
  step: number,
  state: TrainerState,
): Promise<readonly Check[]> {
  const found = await checkpointUntil(checkpointsPath, step);
  if (found?.state.step !== step) return [];
  const difference =
    differenceOf(found.state.parameters, state.parameters) ?? differenceOf(found.state.slots, state.slots);
  return [{ what: `the checkpoint of step ${step}`, same: difference === null, difference }];
}

/** Compares with the weights that a run has kept which could not make its next step. */
export async function checkKept({ path, record }: DebuggedRun, trainer: Trainer): Promise<readonly Check[]> {
  const { failure } = record;
  if (failure === undefined || failure.steps !== trainer.stepCount) return [];
  const bytes = await readFile(join(path, WEIGHTS)).catch(() => null);
  if (bytes === null) return [];
  const difference = differenceOf(decodeSafetensors(bytes, WEIGHTS).tensors, await trainer.parameters());
  return [{ what: `the weights that it kept`, same: difference === null, difference }];
}

const WEIGHTS = 'model.safetensors';

type Arrays = Readonly<Record<string, NDArray>>;

function differenceOf(known: Arrays, now: Arrays): string | null {
  for (const [name, { data }] of Object.entries(known)) {
    const other = now[name]?.data;
    if (other?.length !== data.length) return `${name} has another size`;
    const at = data.findIndex((v, i) => !Object.is(v, other[i]));
    if (at !== -1) return `${name} is ${other[at]} at element ${at}, and was ${data[at]}`;
  }
  return null;
}
