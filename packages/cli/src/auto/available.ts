import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { textFile } from '@descent/files';
import { type AutoOptions, type Available, loadBackends } from '../backends.ts';
import { type Io, print } from '../io.ts';
import { machineKey } from './key.ts';
import { measureApart } from './measure.ts';

/** What is needed to open the backends `names`, with the choice of `'auto'` in the cache folder. */
export async function available(io: Io, names: readonly string[] = ['auto']): Promise<Available> {
  const entries = await loadBackends(names);
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

/** Forgets what `'auto'` has chosen, since something is there now that was not. */
export async function forgetChoice(io: Io): Promise<void> {
  // Where nothing can be removed, nothing was kept.
  await rm(choicePath(io), { force: true }).catch(() => {});
}

function choicePath({ cache }: Io): string {
  return join(cache, 'backend.json');
}
