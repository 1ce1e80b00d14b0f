import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeAtomically } from '@descent/files';
import { isObject } from '../config/is-object.ts';
import type { SweepEvent } from './state.ts';
import { parseOutcome } from './trial/outcome.ts';

const NAME = 'trials.jsonl';

/** What happened in a sweep, a line of JSON each. */
export interface Journal {
  readonly events: readonly SweepEvent[];
  append(event: SweepEvent): Promise<void>;
}

/**
 * Opens the journal of a sweep, for the one process that has its folder. Half a line of a process that was killed is taken away, and so is every event that
 * `keeps` does not keep.
 */
export async function openJournal(
  folder: string,
  keeps: (event: SweepEvent) => boolean = () => true,
): Promise<Journal> {
  const path = join(folder, NAME);
  const text = await textOf(path);
  const lines = text.split('\n').filter((line) => line !== '');
  const read = lines.map((line) => {
    const event = parseEvent(line);
    return event !== undefined && keeps(event) ? event : undefined;
  });
  const events = read.filter((event) => event !== undefined);
  const kept = lines.filter((_, i) => read[i] !== undefined).map((line) => `${line}\n`);
  if (kept.join('') !== text) await writeAtomically(path, kept.join(''));
  return {
    events,
    async append(event) {
      try {
        await appendFile(path, `${JSON.stringify(event)}\n`);
      } catch (cause) {
        throw fileError('the journal of the sweep cannot be written', path, cause);
      }
    },
  };
}

/** What happened so far in a sweep that another process may be writing: half a line at the end is not yet an event. */
export async function readJournal(folder: string): Promise<readonly SweepEvent[]> {
  const text = await textOf(join(folder, NAME));
  return text.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw fileError('the journal of the sweep cannot be read', path, error);
  });
}

function parseEvent(line: string): SweepEvent | undefined {
  try {
    const event = JSON.parse(line) as SweepEvent;
    if (
      event.event === 'trial' &&
      Number.isInteger(event.trial) &&
      isObject(event.values) &&
      !Array.isArray(event.values)
    )
      return event;
    return event.event === 'outcome' && parseOutcome(event) !== undefined ? event : undefined;
  } catch {
    return undefined;
  }
}
