import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DescentError, NumericError } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { latestCheckpoint } from '@descent/runs';
import type { LoadedConfig } from '../config/load.ts';
import type { Io } from '../io.ts';
import { watchFolder } from '../run/announce.ts';
import { findRuns } from '../run/find-runs.ts';
import { createRunFolder, describeRun, hashOfText } from '../run/folder.ts';
import { resumeRun } from '../run/resume-run.ts';
import { runConfig } from '../run/run-config.ts';

/** How a training ended. */
export type Trained = 'was there' | 'trained' | 'went on' | 'diverged';

/**
 * Sees to it that `folder` has the finished run of `config` with `seed`: one that is finished is kept, one that was stopped goes on, else it is trained.
 * `threads` are those of `onnx:cpu`, by default one for each core.
 * @throws DescentError when there is a run of another config.
 */
export async function trainSeed(
  config: LoadedConfig,
  seed: number,
  folder: string,
  io: Io,
  threads?: number,
): Promise<Trained> {
  const shared = threads === undefined ? {} : { threads };
  const [found] = await findRuns(folder, 0);
  if (found !== undefined) {
    const { record } = await describeRun(folder);
    expectSame(record, config, folder);
    if (record.status === 'finished') return 'was there';
    if (await exists(join(folder, DIVERGED))) return 'diverged';
    const checkpoint = await latestCheckpoint(join(folder, 'checkpoints'));
    if (checkpoint !== null && checkpoint.position.epoch <= config.epochs) {
      const resume = (): Promise<void> =>
        resumeRun(folder, { epochs: config.epochs, quiet: true, ...shared }, silent(io));
      return (await orDiverged(folder, resume)) ? 'went on' : 'diverged';
    }
  }
  const { source, file } = config;
  const job = {
    config: { ...config, seed, out: folder },
    openFolder: () => createRunFolder(folder, { source, file, overwrite: true }, watchFolder(io)),
    cwd: io.cwd,
    quiet: true,
    ...shared,
  };
  await rm(join(folder, DIVERGED), { force: true });
  return (await orDiverged(folder, () => runConfig(job, silent(io)))) ? 'trained' : 'diverged';
}

/** Says of a run that it would diverge again. */
const DIVERGED = 'diverged.txt';

/** A loss that becomes infinite says something about the recipe, and is no reason to train the others no more. */
async function orDiverged(folder: string, train: () => Promise<void>): Promise<boolean> {
  try {
    await train();
    return true;
  } catch (error) {
    // Of a file that computes something else than the network, the seed is no reason.
    if (!(error instanceof NumericError) || (await describeRun(folder)).record.status !== 'failed') throw error;
    await writeAtomically(join(folder, DIVERGED), `${error.message}\n`);
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What a run prints when it is done is said here in another way. */
function silent(io: Io): Io {
  const stream = Object.assign(Object.create(io.out.stream) as typeof io.out.stream, { write: () => true });
  return { ...io, out: { ...io.out, stream, isTerminal: false } };
}

type Recorded = Awaited<ReturnType<typeof describeRun>>['record'];

function expectSame({ config: { sha256 }, settings }: Recorded, config: LoadedConfig, folder: string): void {
  const own = hashOfText(config.source);
  const backend = config.backend === settings.requestedBackend;
  if (sha256 === own && settings.epochs === config.epochs && backend) return;
  throw new DescentError('there are trainings of another config in this folder', {
    path: folder,
    received:
      sha256 !== own ? 'another text of the config' : `${settings.epochs} epochs on ${settings.requestedBackend}`,
    expected: sha256 !== own ? 'the one that is to be compared' : `${config.epochs} epochs on ${config.backend}`,
    fix: 'give another folder with --out, or --overwrite to train everything anew',
  });
}
