import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { fileError, writeAtomically } from '@descent/files';
import { EVENT, EVENT_FILE } from './event-file.ts';
import { record, records } from './records.ts';

/**
 * Takes the events after `step` out of the event files in `folder`, before a run that goes on from there writes them again; half an event at the end of a file
 * goes, too. Without a folder there is nothing to do.
 * @throws DescentError naming the file when it cannot be read or written.
 */
export async function rewindEvents(folder: string, step: number): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw fileError('the folder of the events cannot be read', folder, cause);
  });
  for (const name of names.filter((one) => EVENT_FILE.test(one))) {
    const path = join(folder, name);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw fileError('the events cannot be read', path, cause);
    });
    const kept = Buffer.concat([...records(bytes)].filter((event) => stepOf(event) <= step).map(record));
    if (kept.length < bytes.length) await writeAtomically(path, kept);
  }
}

/** The step of an event, by far the first field that matters; 0 where it says none, as in the version at the head of a file. */
function stepOf(event: Uint8Array): number {
  const reader = new BinaryReader(event);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === EVENT.step) return Number(reader.int64());
    reader.skip(type);
  }
  return 0;
}
