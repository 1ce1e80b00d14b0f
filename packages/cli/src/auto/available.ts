import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CpuOptions, MeasuredChoices } from '@descent/backend-onnx';
import type { Backend } from '@descent/core';
import type { BackendDescription } from '@descent/core/backend';
import { textFile } from '@descent/files';
import { type AutoOptions, type Available, loadBackends } from '../backends.ts';
import { type Io, print } from '../io.ts';
import { machineKey } from './key.ts';
import { measureApart } from './measure.ts';

/** What may be said of `onnx:cpu`. */
export interface CpuSettings {
  /** Default: one for each core. */
  readonly threads?: number | undefined;
  /** How ways of computing are chosen by measurement. Default: rules choose them. */
  readonly choices?: MeasuredChoices | undefined;
}

/** What is needed to open the backends `names`, with the choice of `'auto'` in the cache folder, and `onnx:cpu` with `cpu`. */
export async function available(
  io: Io,
  names: readonly string[] = ['auto'],
  { threads, choices }: CpuSettings = {},
): Promise<Available> {
  const loaded = await loadBackends(names);
  const settings = { ...(threads !== undefined && { threads }), ...(choices !== undefined && { choices }) };
  const entries = Object.keys(settings).length === 0 ? loaded : loaded.map((entry) => withSettings(entry, settings));
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

function withSettings(
  entry: BackendDescription,
  settings: Pick<CpuOptions, 'threads' | 'choices'>,
): BackendDescription {
  if (entry.name !== 'onnx:cpu') return entry;
  // As its own package opens it.
  const open = async (): Promise<Backend> =>
    (await import('@descent/backend-onnx')).onnx({ device: 'cpu', spinning: false, ...settings });
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
