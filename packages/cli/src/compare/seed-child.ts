// The process of one training of `descent compare --jobs`: it ends, with a checkpoint, when it is told to or when its parent is gone.
import { DescentError } from '@descent/core';
import { loadConfig } from '../config/load.ts';
import { InterruptedError } from '../errors.ts';
import { processIo } from '../io.ts';
import type { SeedAnswer, SeedJob } from './apart.ts';
import { trainSeed } from './train-seeds.ts';

const orphaned = new AbortController();
process.once('disconnect', () => orphaned.abort());
const io = processIo();
const { config, overridden, seed, folder, threads } = JSON.parse(process.argv[2] ?? '') as SeedJob;

async function answer(): Promise<SeedAnswer> {
  try {
    const signal = AbortSignal.any([io.signal, orphaned.signal]);
    const loaded = await loadConfig(config, io.cwd, overridden);
    return { ended: await trainSeed(loaded, seed, folder, { ...io, signal }, threads) };
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    const { path, received, expected, fix } = error.details;
    return {
      problem: { summary: error.summary, details: { path, received, expected, fix } },
      stopped: error instanceof InterruptedError,
    };
  }
}

const said = await answer();
await new Promise<void>((resolve) => process.send?.(said, undefined, undefined, () => resolve()));
// Threads of libraries may keep a process alive.
process.exit();
