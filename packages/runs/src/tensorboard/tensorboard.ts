import type { Callback, EpochRecord } from '@descent/core';
import { expectPath } from '../expect-path.ts';
import { createEventFile, type EventFile } from './event-file.ts';

/** Writes the metrics of each epoch for TensorBoard, as `loss/train`, `accuracy/test`, …, by the number of updates. */
export function tensorboard(folder: string): Callback {
  expectPath('tensorboard', folder, 'folder');
  let file: EventFile | undefined;
  return {
    onEpoch(record, { trainer }) {
      file ??= createEventFile(folder);
      file.write(trainer.stepCount, scalars(record));
    },
  };
}

function scalars(record: EpochRecord): Readonly<Record<string, number>> {
  const sets = (['train', 'validation', 'test'] as const).flatMap((set) =>
    Object.entries(record[set] ?? {}).map(([name, value]) => [`${name}/${set}`, value] as const),
  );
  return { ...Object.fromEntries(sets), 'epoch/seconds': record.seconds };
}
