import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import { createDownloads } from '../ui/downloads.ts';

/** Loads the data of a config; shows how far it is where something has to be fetched first. Ctrl-C stops it with an InterruptedError. */
export async function loadData(
  { data: source, validation, seed }: Pick<LoadedConfig, 'data' | 'validation' | 'seed'>,
  quiet: boolean,
  io: Io,
): Promise<LoadedData> {
  const { onProgress, clear } = createDownloads(io, quiet);
  try {
    const heldBack = validation === null ? undefined : { share: validation, seed };
    return await source.load({ onProgress, signal: io.signal }, heldBack);
  } catch (error) {
    if (!io.signal.aborted) throw error;
    throw new InterruptedError(`reading the data (${source.name}) was stopped; what was fetched is kept`, {
      fix: 'the same command goes on from there',
    });
  } finally {
    clear();
  }
}
