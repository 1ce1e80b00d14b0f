import type { DataSource, LoadedData } from '../config/data.ts';
import { InterruptedError } from '../errors.ts';
import type { Io } from '../io.ts';
import { createDownloads } from '../ui/downloads.ts';

/** Loads the data of a config; shows how far it is where something has to be fetched first. Ctrl-C stops it with an InterruptedError. */
export async function loadData(source: DataSource, quiet: boolean, io: Io): Promise<LoadedData> {
  const { onProgress, clear } = createDownloads(io, quiet);
  try {
    return await source.load({ onProgress, signal: io.signal });
  } catch (error) {
    if (!io.signal.aborted) throw error;
    throw new InterruptedError(`reading the data (${source.name}) was stopped; what was fetched is kept`, {
      fix: 'the same command goes on from there',
    });
  } finally {
    clear();
  }
}
