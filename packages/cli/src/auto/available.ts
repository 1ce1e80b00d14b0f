import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '@descent/core';
import type { BackendDescription } from '@descent/core/backend';
import { textFile } from '@descent/files';
import { type AutoOptions, type Available, loadBackends } from '../backends.ts';
import { type Io, print } from '../io.ts';
import { machineKey } from './key.ts';
import { measureApart } from './measure.ts';

/**
 * What is needed to open the backends `names`, with the choice of `'auto'` in the cache folder. With `threads`, `onnx:cpu` has so many instead of one for each
 * core.
 */
export async function available(io: Io, names: readonly string[] = ['auto'], threads?: number): Promise<Available> {
  const loaded = await loadBackends(names);
  const entries = threads === undefined ? loaded : loaded.map((entry) => withThreads(entry, threads));
  const measure = measureApart(io.signal);
  const auto = (): AutoOptions => ({
    store: textFile(choicePath(io)),
    key: machineKey(entries),
    measure(candidates, timeout) {
      print(io.err, io.err.colors.dim('measuring which backend trains fastest here; this is remembered'));
      return measure(candidates, timeout);
    },
  });
  return { entries, auto };
}

function withThreads(entry: BackendDescription, threads: number): BackendDescription {
  if (entry.name !== 'onnx:cpu') return entry;
  // As its own package opens it.
  const open = async (): Promise<Backend> =>
    (await import('@descent/backend-onnx')).onnx({ device: 'cpu', spinning: false, threads });
  return { ...entry, open };
}

/** Forgets what `'auto'` has chosen, since something is there now that was not. */
export async function forgetChoice(io: Io): Promise<void> {
  // Where nothing can be removed, nothing was kept.
  await rm(choicePath(io), { force: true }).catch(() => {});
}

function choicePath({ cache }: Io): string {
  return join(cache, 'backend.json');
}
