import { withBackends } from '../backends.ts';
import type { Io } from '../io.ts';
import { available } from './available.ts';

/** What `auto` takes here, once for all trainings: numbers of different backends differ a little. Another name stays as it is. */
export async function resolvedBackend(name: string, io: Io): Promise<string> {
  return withBackends(
    { training: name, inference: null },
    async ({ training }) => training.choice?.name ?? name,
    await available(io, [name]),
  );
}
